import Contracts
import EventLog
import Foundation
import Postgres

/// Where aliases point. Every change is judged by the gate in the transaction that makes it, and is added to the history.
struct AliasStore: Sendable {
    let database: Database
    let log: EventLog

    /// Points an alias to a version, behind the gate when the alias is protected. Throws `gateClosed` with the tests that close it.
    ///
    /// - Parameter overrides: whether a protected alias is to go past its gate, by ``AliasOverride``.
    func move(
        _ alias: String, of capability: String, _ change: AliasChange, by caller: String, overrides: Bool = false
    ) async throws -> ModelAlias {
        try await database.transaction { connection in
            let head = try await lockedHead(capability, on: connection)
            let model = try await model(capability, change.version, on: connection)
            let present = try await find(alias, of: capability, on: connection)
            // First, so that a move whose answer was lost can be asked for again.
            if let present, present.version == change.version { return present }
            try Self.require(change.expected, alias, present)
            let after = NameChange.Target(version: change.version, model: model)
            let name = NameChange(alias: alias, way: .set, before: present?.target, after: after)
            let verdict = try await judge(name, capability, head.revision, overrides: overrides, on: connection)
            let move = AliasMove(
                capability: capability, alias: alias, version: change.version, model: model, previous: present?.version,
                movedAt: head.now, movedBy: caller, reason: change.reason, report: verdict.report, overridden: verdict.overridden)
            return try await write(move, model: model, on: connection)
        }
    }

    /// Takes an alias away. A protected one stays, unless its gate is overridden.
    func remove(
        _ alias: String, of capability: String, by caller: String, reason: String? = nil, overrides: Bool = false
    ) async throws {
        try await database.transaction { connection in
            let head = try await lockedHead(capability, on: connection)
            guard let present = try await find(alias, of: capability, on: connection) else {
                throw Problem(.notFound, "Model \(capability) has no alias \(alias).")
            }
            try await remove(present, head, by: caller, reason: reason, overrides: overrides, on: connection)
        }
    }

    /// Takes all aliases away that point to a version, or none when one of them is protected. The capability's row is locked from here on.
    func removeAll(pointingTo version: Int, of capability: String, by caller: String, on connection: Connection) async throws {
        let head = try await lockedHead(capability, on: connection)
        let present = try await connection.query(
            """
            SELECT \(Self.columns)
              FROM aliases a
              JOIN versions v USING (capability, version)
             WHERE a.capability = \(capability) AND a.version = \(version)
             ORDER BY a.alias
            """
        ).map(ModelAlias.init(row:))
        for alias in present { try await remove(alias, head, by: caller, on: connection) }
    }

    private func remove(
        _ present: ModelAlias, _ head: (revision: Int, now: Date), by caller: String, reason: String? = nil, overrides: Bool = false,
        on connection: Connection
    ) async throws {
        let (capability, alias) = (present.capability, present.alias)
        let name = NameChange(alias: alias, way: .remove, before: present.target, after: nil)
        let verdict = try await judge(name, capability, head.revision, overrides: overrides, on: connection)
        _ = try await connection.execute("DELETE FROM aliases WHERE capability = \(capability) AND alias = \(alias)")
        let move = AliasMove(
            capability: capability, alias: alias, version: nil, model: nil, previous: present.version, movedAt: head.now, movedBy: caller,
            reason: reason, overridden: verdict.overridden)
        try await AliasHistoryStore.append(move, on: connection)
        try await append(EventType.aliasRemoved, present, on: connection)
    }

    /// Points an alias back to where it was, when that is still where a rollback leads.
    ///
    /// - Parameter target: the move by which it came there, whose model was found to load.
    func rollBack(
        _ alias: String, of capability: String, to target: AliasMove, _ order: AliasRollback, by caller: String
    ) async throws -> ModelAlias {
        try await database.transaction { connection in
            let head = try await lockedHead(capability, on: connection)
            let present = try await find(alias, of: capability, on: connection)
            try Self.require(order.expected, alias, present)
            let path = try await AliasHistoryStore.path(alias, of: capability, on: connection)
            guard let earlier = path.target, earlier == target, let version = earlier.version else {
                throw Problem(.conflict, "\(alias) was moved while the rollback was prepared: look where it is, and ask again.")
            }
            let model = try await model(capability, version, on: connection)
            let after = NameChange.Target(version: version, model: model)
            let name = NameChange(alias: alias, way: .rollback, before: present?.target, after: after)
            let verdict = try await judge(name, capability, head.revision, earlier: path.proven, on: connection)
            let move = AliasMove(
                capability: capability, alias: alias, version: version, model: model, previous: present?.version, movedAt: head.now,
                movedBy: caller, reason: order.reason, report: verdict.report, rollback: true)
            return try await write(move, model: model, on: connection)
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

    /// Where an alias points; nil when there is none.
    func find(_ alias: String, of capability: String, on connection: Connection) async throws -> ModelAlias? {
        try await connection.query(
            """
            SELECT \(Self.columns)
              FROM aliases a
              JOIN versions v USING (capability, version)
             WHERE a.capability = \(capability) AND a.alias = \(alias)
            """
        ).first.map(ModelAlias.init(row:))
    }

    private static func require(_ expected: Int?, _ alias: String, _ present: ModelAlias?) throws {
        guard let expected, expected != present?.version else { return }
        throw Problem(
            .preconditionFailed,
            "\(alias) points to \(present.map { "version \($0.version)" } ?? "nothing"), not to version \(expected).")
    }

    /// The present revision of a capability, whose row is locked from here on, and the time: changes of its aliases queue up, so that
    /// `expected` and the gate judge what they change, and no move is older than the one before it. The lock is what takes the
    /// transaction's id too, so the log has the changes in their order.
    private func lockedHead(_ capability: String, on connection: Connection) async throws -> (revision: Int, now: Date) {
        let heads = try await connection.query("SELECT revision FROM capabilities WHERE name = \(capability) FOR UPDATE")
        guard let revision = try heads.first?.decode("revision", as: Int.self) else {
            throw Problem(.capabilityUnknown, "There is no capability \(capability).")
        }
        // Milliseconds are what clients see, and ask by.
        let clocks = try await connection.query("SELECT date_trunc('milliseconds', clock_timestamp()) AS now")
        guard let now = try clocks.first?.decode("now", as: Date.self) else { throw Problem(.internalError) }
        return (revision, now)
    }

    private func model(_ capability: String, _ version: Int, on connection: Connection) async throws -> Digest {
        let rows = try await connection.query(
            "SELECT model FROM versions WHERE capability = \(capability) AND version = \(version) AND deleted_at IS NULL")
        guard let row = rows.first else {
            throw Problem(
                .versionUnknown, "Model \(capability) has no version \(version).",
                errors: [FieldFault("version", expected: "the number of a version")])
        }
        return try row.digest("model")
    }

    private func write(_ move: AliasMove, model: Digest, on connection: Connection) async throws -> ModelAlias {
        let moved = ModelAlias(
            capability: move.capability, alias: move.alias, version: move.version ?? 0, model: model, previous: move.previous,
            movedAt: move.movedAt, movedBy: move.movedBy, report: move.report)
        _ = try await connection.execute(
            """
            INSERT INTO aliases (capability, alias, version, previous, moved_at, moved_by, report)
                 VALUES (\(moved.capability), \(moved.alias), \(moved.version), \(moved.previous), \(moved.movedAt), \(moved.movedBy),
                         \(moved.report))
            ON CONFLICT (capability, alias) DO UPDATE
                    SET version = excluded.version, previous = excluded.previous, moved_at = excluded.moved_at,
                        moved_by = excluded.moved_by, report = excluded.report
            """)
        try await AliasHistoryStore.append(move, on: connection)
        try await append(EventType.aliasMoved, moved, on: connection)
        return moved
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

    /// What the alias means.
    var target: NameChange.Target { NameChange.Target(version: version, model: model) }
}
