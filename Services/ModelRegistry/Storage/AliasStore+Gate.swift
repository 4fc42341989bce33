import Contracts
import Foundation
import Postgres

extension AliasStore {
    /// What the gate says of a change that may be made.
    struct Verdict: Sendable, Hashable {
        /// The report that opened the gate.
        var report: String?
        /// What the gate said, where it is overridden.
        var overridden: [String]?
    }

    /// Asks the gate. Throws `gateClosed` when it is closed and nobody overrides it. The capability's row is locked by the caller.
    func judge(
        _ change: NameChange, _ capability: String, _ revision: Int, earlier: AliasMove? = nil, overrides: Bool = false,
        on connection: Connection
    ) async throws -> Verdict {
        var evidence = try await evidence(capability, change.after?.model, revision: revision, on: connection)
        evidence.earlier = earlier
        switch Gate.decision(change, evidence) {
        case .open(let report): return Verdict(report: report)
        case .closed(let reasons):
            guard overrides else { throw Self.problem(change, reasons) }
            return Verdict(overridden: reasons.map(\.text))
        }
    }

    /// The refusal, with the tests that close the gate.
    private static func problem(_ change: NameChange, _ reasons: [Gate.Reason]) -> Problem {
        let tests = reasons.compactMap { reason in reason.test.map { FieldFault("tests[\($0)]", expected: reason.text) } }
        return Problem(
            .gateClosed, "\(change.alias) stays. " + reasons.map(\.text).joined(separator: " "), errors: tests.isEmpty ? nil : tests)
    }

    /// What the gate looks at, as it stands in this transaction.
    private func evidence(
        _ capability: String, _ model: Digest?, revision: Int, on connection: Connection
    ) async throws -> Gate.Evidence {
        let rows = try await connection.query(
            """
            SELECT r.manifest::text AS manifest,
                   (SELECT a.version
                      FROM aliases a
                     WHERE a.capability = r.capability AND a.alias = 'champion') AS champion,
                   (SELECT max(p.dataset_version)
                      FROM reports p
                     WHERE p.capability = r.capability AND p.report #>> '{dataset,name}' = r.manifest #>> '{data,dataset}') AS newest_split,
                   (SELECT p.report::text
                      FROM reports p
                      JOIN versions v USING (capability, version)
                     WHERE p.capability = r.capability AND v.model = \(model?.description)
                     ORDER BY (p.report #>> '{dataset,name}' = r.manifest #>> '{data,dataset}') DESC, p.manifest_revision DESC,
                              p.dataset_version DESC, p.recorded_at DESC, p.id
                     LIMIT 1) AS report
              FROM revisions r
             WHERE r.capability = \(capability) AND r.revision = \(revision)
            """)
        guard let row = rows.first else { throw Problem(.internalError) }
        let manifest = try row.json("manifest", as: CapabilityManifest.self)
        let report = try row.decode("report", as: String?.self).map { try WireJSON.decode(SuiteReport.self, from: Data($0.utf8)) }
        let tests = manifest.tests ?? []
        return Gate.Evidence(
            protected: manifest.protectedAliases, revision: revision, tests: tests.map(\.name), dataset: manifest.data.dataset,
            newestSplit: try row.decode("newest_split", as: Int?.self), report: report, champion: try row.decode("champion", as: Int?.self),
            compares: tests.contains { $0.against == "champion" })
    }
}
