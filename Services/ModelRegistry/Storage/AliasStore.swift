import Contracts
import EventLog
import Foundation
import Postgres

struct AliasStore: Sendable {
    let database: Database
    let log: EventLog

    /// Points an alias to a version, behind the gate when the alias is protected.
    func move(_ alias: String, of capability: String, _ change: AliasChange, by caller: String) async throws -> ModelAlias {
        try await database.transaction { connection in
            let revision = try await lockedRevision(capability, on: connection)
            let model = try await model(capability, change.version, on: connection)
            let present = try await find(alias, of: capability, on: connection)
            // First, so that a move whose answer was lost can be asked for again.
            if let present, present.version == change.version { return present }
            if let expected = change.expected, expected != present?.version {
                throw Problem(
                    .preconditionFailed,
                    "\(alias) points to \(present.map { "version \($0.version)" } ?? "nothing"), not to version \(expected).")
            }
            let report = try await judge(
                alias, capability, change.version, revision: revision, champion: present?.version, on: connection)
            let moved = ModelAlias(
                capability: capability, alias: alias, version: change.version, model: model, previous: present?.version, movedAt: .now,
                movedBy: caller, report: report)
            try await write(moved, reason: change.reason, on: connection)
            return moved
        }
    }

    /// Takes an alias away. A protected one stays.
    func remove(_ alias: String, of capability: String) async throws {
        if Gate.protected.contains(alias) {
            throw Problem(.gateClosed, "\(alias) is protected: point it to another version instead.")
        }
        try await database.transaction { connection in
            _ = try await lockedRevision(capability, on: connection)
            guard let present = try await find(alias, of: capability, on: connection) else {
                throw Problem(.notFound, "Model \(capability) has no alias \(alias).")
            }
            _ = try await connection.execute("DELETE FROM aliases WHERE capability = \(capability) AND alias = \(alias)")
            try await append(EventType.aliasRemoved, present, on: connection)
        }
    }

    func list(_ capability: String) async throws -> [ModelAlias] {
        try await database.query(
            """
            SELECT \(Self.columns)
              FROM aliases a
              JOIN versions v USING (capability, version)
             WHERE a.capability = \(capability)
             ORDER BY a.alias
            """
        ).map(ModelAlias.init(row:))
    }

    /// The present revision of a capability, whose row is locked from here on: changes of its aliases queue up, so that `expected` and
    /// the gate judge what they change. The lock is what takes the transaction's id too, so the log has the changes in their order.
    private func lockedRevision(_ capability: String, on connection: Connection) async throws -> Int {
        let heads = try await connection.query("SELECT revision FROM capabilities WHERE name = \(capability) FOR UPDATE")
        guard let revision = try heads.first?.decode("revision", as: Int.self) else {
            throw Problem(.capabilityUnknown, "There is no capability \(capability).")
        }
        return revision
    }

    private func find(_ alias: String, of capability: String, on connection: Connection) async throws -> ModelAlias? {
        try await connection.query(
            """
            SELECT \(Self.columns)
              FROM aliases a
              JOIN versions v USING (capability, version)
             WHERE a.capability = \(capability) AND a.alias = \(alias)
            """
        ).first.map(ModelAlias.init(row:))
    }

    private func model(_ capability: String, _ version: Int, on connection: Connection) async throws -> Digest {
        let rows = try await connection.query("SELECT model FROM versions WHERE capability = \(capability) AND version = \(version)")
        guard let row = rows.first else {
            throw Problem(
                .versionUnknown, "Model \(capability) has no version \(version).",
                errors: [FieldFault("version", expected: "the number of a version")])
        }
        return try row.digest("model")
    }

    /// The report that opens the gate; throws when the gate is closed.
    private func judge(
        _ alias: String, _ capability: String, _ version: Int, revision: Int, champion: Int?, on connection: Connection
    ) async throws -> String? {
        let rows = try await connection.query(
            """
            SELECT ARRAY(SELECT t ->> 'name' FROM jsonb_array_elements(coalesce(r.manifest -> 'tests', '[]')) AS t) AS tests,
                   jsonb_path_exists(r.manifest, '$.tests[*] ? (@.kind == "regression")') AS compares,
                   (SELECT p.report::text
                      FROM reports p
                     WHERE p.capability = \(capability) AND p.version = \(version)
                     ORDER BY p.recorded_at DESC
                     LIMIT 1) AS report,
                   EXISTS (SELECT 1
                             FROM alias_history h
                            WHERE h.capability = \(capability) AND h.alias = \(alias) AND h.version = \(version)) AS was_here
              FROM revisions r
             WHERE r.capability = \(capability) AND r.revision = \(revision)
            """)
        guard let row = rows.first else { throw Problem(.internalError) }
        let report = try row.decode("report", as: String?.self).map { try WireJSON.decode(SuiteReport.self, from: Data($0.utf8)) }
        let evidence = Gate.Evidence(
            report: report, revision: revision, tests: try row.decode("tests", as: [String].self),
            champion: champion, compares: try row.decode("compares", as: Bool.self), wasHere: try row.decode("was_here", as: Bool.self))
        let reasons = Gate.reasons(alias: alias, version: version, evidence)
        if !reasons.isEmpty { throw Problem(.gateClosed, reasons.joined(separator: " ")) }
        return report?.id
    }

    private func write(_ moved: ModelAlias, reason: String?, on connection: Connection) async throws {
        _ = try await connection.execute(
            """
            INSERT INTO aliases (capability, alias, version, previous, moved_at, moved_by, report)
                 VALUES (\(moved.capability), \(moved.alias), \(moved.version), \(moved.previous), \(moved.movedAt), \(moved.movedBy),
                         \(moved.report))
            ON CONFLICT (capability, alias) DO UPDATE
                    SET version = excluded.version, previous = excluded.previous, moved_at = excluded.moved_at,
                        moved_by = excluded.moved_by, report = excluded.report
            """)
        _ = try await connection.execute(
            """
            INSERT INTO alias_history (capability, alias, version, moved_at, moved_by, reason)
                 VALUES (\(moved.capability), \(moved.alias), \(moved.version), \(moved.movedAt), \(moved.movedBy), \(reason))
            """)
        try await append(EventType.aliasMoved, moved, on: connection)
    }

    private func append(_ type: String, _ alias: ModelAlias, on connection: Connection) async throws {
        let event = EventEnvelope(
            source: ServiceName.modelRegistry.eventSource, type: type, subject: "\(alias.capability)/\(alias.version)",
            data: try WireJSON.value(alias))
        try await log.append(event, on: connection)
    }

    private static let columns: SQL = "a.capability, a.alias, a.version, v.model, a.previous, a.moved_at, a.moved_by, a.report"
}

extension ModelAlias {
    init(row: Row) throws {
        self.init(
            capability: try row.decode("capability", as: String.self), alias: try row.decode("alias", as: String.self),
            version: try row.decode("version", as: Int.self), model: try row.digest("model"),
            previous: try row.decode("previous", as: Int?.self), movedAt: try row.decode("moved_at", as: Date.self),
            movedBy: try row.decode("moved_by", as: String.self), report: try row.decode("report", as: String?.self))
    }
}
