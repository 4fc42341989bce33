import Contracts
import EventLog
import Foundation
import Postgres

struct SuiteReportStore: Sendable {
    let database: Database
    let log: EventLog

    /// Stores a report on a version, and gives what is stored under its id: the first one, whatever comes later.
    func record(_ report: SuiteReport, capability: String, version: Int) async throws -> SuiteReport {
        try await database.transaction { connection in
            let known = try await connection.query("SELECT model FROM versions WHERE capability = \(capability) AND version = \(version)")
            guard let model = try known.first?.digest("model") else {
                throw Problem(.versionUnknown, "Model \(capability) has no version \(version).")
            }
            guard report.capability == capability, report.model == model, report.version == version else {
                throw Problem(.unprocessable, errors: [FieldFault("model", expected: "the digest of version \(version), \(model)")])
            }
            let written = try await connection.execute(
                """
                INSERT INTO reports (id, capability, version, manifest_revision, dataset_version, passed, report)
                     VALUES (\(report.id), \(capability), \(version), \(report.manifestRevision), \(report.dataset.version),
                             \(report.passed), \(try jsonText(report))::jsonb)
                ON CONFLICT (id) DO NOTHING
                """)
            guard written == 1 else { return try await stored(report.id, capability: capability, version: version, on: connection) }
            let event = EventEnvelope(
                source: ServiceName.modelRegistry.eventSource, type: EventType.reportRecorded, subject: "\(capability)/\(version)",
                data: try WireJSON.value(report))
            try await log.append(event, on: connection)
            return report
        }
    }

    private func stored(_ id: String, capability: String, version: Int, on connection: Connection) async throws -> SuiteReport {
        let rows = try await connection.query(
            """
            SELECT report::text AS report
              FROM reports
             WHERE id = \(id) AND capability = \(capability) AND version = \(version)
            """)
        guard let row = rows.first else { throw Problem(.conflict, "Report \(id) is on another version.") }
        return try row.json("report", as: SuiteReport.self)
    }

    /// Reports on a version, newest first.
    func list(_ capability: String, version: Int, limit: Int) async throws -> [SuiteReport] {
        try await database.query(
            """
            SELECT report::text AS report
              FROM reports
             WHERE capability = \(capability) AND version = \(version)
             ORDER BY recorded_at DESC
             LIMIT \(limit)
            """
        ).map { try $0.json("report", as: SuiteReport.self) }
    }

    /// The newest report on any version of a capability.
    func newest(_ capability: String) async throws -> SuiteReport? {
        try await database.query(
            """
            SELECT report::text AS report
              FROM reports
             WHERE capability = \(capability)
             ORDER BY recorded_at DESC
             LIMIT 1
            """
        ).first.map { try $0.json("report", as: SuiteReport.self) }
    }
}
