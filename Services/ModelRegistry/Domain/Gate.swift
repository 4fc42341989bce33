import Contracts

/// Decides whether a protected alias may point to a version. Every way an alias can move goes through here.
enum Gate {
    /// What the gate looks at.
    struct Evidence: Sendable, Hashable {
        /// The newest report on the version, if any.
        let report: SuiteReport?
        /// The manifest's present revision.
        let revision: Int
        /// Names of the tests that the manifest declares.
        let tests: [String]
        /// The version that the alias points to now, if any.
        let champion: Int?
        /// Whether one of the tests compares with the champion.
        let compares: Bool
        /// Whether the alias pointed to the version before.
        let wasHere: Bool
    }

    /// Aliases that only a version with a green suite may take.
    static let protected: Set<String> = ["champion"]
    /// Names that mean something else in a version's place.
    static func isReserved(_ alias: String) -> Bool {
        alias == "latest" || (alias.first == "v" && alias.dropFirst().allSatisfy(\.isNumber))
    }

    /// Why the gate is closed; empty when it is open.
    static func reasons(alias: String, version: Int, _ evidence: Evidence) -> [String] {
        guard protected.contains(alias), !evidence.wasHere else { return [] }
        if evidence.tests.isEmpty { return ["The manifest declares no test, so nothing says that version \(version) is good."] }
        guard let report = evidence.report else {
            return ["No suite report says anything of version \(version): run the tests on it first."]
        }
        if report.manifestRevision != evidence.revision {
            return [
                "The newest report of version \(version) is on revision \(report.manifestRevision) of the manifest, "
                    + "which is at revision \(evidence.revision) now: run the tests again."
            ]
        }
        if evidence.compares, report.champion != evidence.champion {
            let (then, now) = (Self.named(report.champion), Self.named(evidence.champion))
            return ["The newest report of version \(version) compares it with \(then), and \(alias) is \(now) now: run the tests again."]
        }
        let told = Set(report.results.map(\.name))
        let missing = evidence.tests.filter { !told.contains($0) }.map {
            "The newest report says nothing of test “\($0)”: run the tests again."
        }
        return missing
            + report.results.compactMap { result in
                switch result.verdict {
                case .pass: nil
                case .fail: "Test “\(result.name)” failed: \(result.message)"
                case .inconclusive: result.blocking ? "Test “\(result.name)” is inconclusive: \(result.message)" : nil
                case .flaky: result.blocking ? "Test “\(result.name)” is flaky: \(result.message)" : nil
                }
            }
    }

    private static func named(_ version: Int?) -> String {
        version.map { "version \($0)" } ?? "no version"
    }
}
