import Contracts

/// Decides whether a protected name may come to mean something else. Every way in which it can goes through here.
enum Gate {
    /// What the gate looks at.
    struct Evidence: Sendable, Hashable {
        /// Names behind the gate, by the manifest's present revision.
        var protected = Gate.protected
        /// The manifest's present revision.
        let revision: Int
        /// Names of the tests that it declares.
        let tests: [String]
        /// The dataset whose test split counts.
        let dataset: String
        /// Newest version of that dataset that a report on any model of the capability names; nil when there is none.
        var newestSplit: Int? = nil
        /// The report on the model, whatever version held it then, that decides: on the present dataset rather than on another, on the
        /// present revision rather than on an older one, on the newest version of the test split, and the newest of those.
        let report: SuiteReport?
        /// The version that is champion now, if any.
        let champion: Int?
        /// Whether one of the tests compares with the champion.
        let compares: Bool
        /// The move by which the name meant the same before; for a rollback.
        var earlier: AliasMove? = nil
    }

    /// Why the gate is closed.
    struct Reason: Sendable, Hashable {
        /// The test that closes it, where it is one.
        let test: String?
        let text: String

        init(_ text: String, test: String? = nil) {
            self.text = text
            self.test = test
        }
    }

    /// What the gate says.
    enum Decision: Sendable, Hashable {
        /// Open, by a report where the name is protected.
        case open(report: String?)
        case closed([Reason])
    }

    /// Names behind the gate of a manifest that does not say otherwise.
    static let protected = Set(CapabilityManifest.standardProtected)

    /// Names that mean something else in a version's place.
    static func isReserved(_ alias: String) -> Bool {
        alias == "latest" || (alias.first == "v" && alias.dropFirst().allSatisfy(\.isNumber))
    }

    /// Whether a name may come to mean something else.
    static func decision(_ change: NameChange, _ evidence: Evidence) -> Decision {
        guard evidence.protected.contains(change.alias), change.before != change.after else { return .open(report: nil) }
        guard let after = change.after else {
            return .closed([Reason("\(change.alias) is protected: point it to another version instead.")])
        }
        if change.way == .rollback, let earlier = evidence.earlier, earlier.version == after.version, earlier.model == after.model,
            opened(for: earlier)
        {
            return .open(report: earlier.report)
        }
        let reasons = reasons(change.alias, after, evidence)
        return reasons.isEmpty ? .open(report: evidence.report?.id) : .closed(reasons)
    }

    /// Whether the gate was open for a move, rather than overridden or not asked. No move of champion goes past it unmarked, so one without
    /// a report is from before the history kept reports.
    private static func opened(for move: AliasMove) -> Bool {
        move.report != nil || (move.alias == "champion" && move.overridden == nil)
    }

    private static func reasons(_ alias: String, _ target: NameChange.Target, _ evidence: Evidence) -> [Reason] {
        let version = target.version
        if evidence.tests.isEmpty { return [Reason("The manifest declares no test, so nothing says that version \(version) is good.")] }
        guard let report = evidence.report else {
            return [Reason("No suite report says anything of version \(version): run the tests on it first.")]
        }
        if let reason = staleness(report, alias, target, evidence) { return [Reason(reason)] }
        let told = Set(report.results.map(\.name))
        let missing = evidence.tests.filter { !told.contains($0) }.map {
            Reason("The newest report says nothing of test “\($0)”: run the tests again.", test: $0)
        }
        return missing + report.results.compactMap(reason)
    }

    /// Why a report says nothing of what the name would mean now.
    private static func staleness(_ report: SuiteReport, _ alias: String, _ target: NameChange.Target, _ evidence: Evidence) -> String? {
        let subject = "The newest report of version \(target.version)"
        if report.model != target.model {
            return "\(subject) is on another model than the one it holds now, \(target.model): run the tests again."
        }
        if report.manifestRevision != evidence.revision {
            return "\(subject) is on revision \(report.manifestRevision) of the manifest, "
                + "which is at revision \(evidence.revision) now: run the tests again."
        }
        if report.dataset.name != evidence.dataset {
            return "\(subject) is on dataset \(report.dataset.name), and the manifest's is \(evidence.dataset): run the tests again."
        }
        if let newest = evidence.newestSplit, report.dataset.version < newest {
            return
                "\(subject) is on version \(report.dataset.version) of dataset \(evidence.dataset), and a report of this capability is on "
                + "version \(newest): run the tests again on the newest one."
        }
        if evidence.compares, report.champion != evidence.champion, evidence.champion != target.version {
            return "\(subject) compares it with \(named(report.champion)), and champion is \(named(evidence.champion)) now: "
                + "run the tests again."
        }
        return nil
    }

    private static func reason(_ result: TestResult) -> Reason? {
        let said: String? =
            switch result.verdict {
            case .pass: nil
            case .fail: "failed"
            case .inconclusive: result.blocking ? "is inconclusive" : nil
            // It failed with some seeds: a warning is for what could not be told.
            case .flaky: "is flaky"
            }
        return said.map { Reason("Test “\(result.name)” \($0): \(result.message)", test: result.name) }
    }

    private static func named(_ version: Int?) -> String {
        version.map { "version \($0)" } ?? "no version"
    }
}
