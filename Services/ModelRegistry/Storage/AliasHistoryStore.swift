import Contracts
import Foundation
import Postgres

/// Every move of every alias, as it was made. Rows are added and never changed.
struct AliasHistoryStore: Sendable {
    let database: Database

    /// Moves of an alias before a cursor, newest first.
    func list(_ alias: String, of capability: String, before id: Int, limit: Int) async throws -> [(id: Int, move: AliasMove)] {
        try await database.query(
            """
            SELECT \(Self.columns)
              FROM alias_history
             WHERE capability = \(capability) AND alias = \(alias) AND id < \(id)
             ORDER BY id DESC
             LIMIT \(limit)
            """
        ).map { (try $0.decode("id", as: Int.self), try AliasMove(row: $0)) }
    }

    /// The move that counted at a time: what served then. Nil before the first one.
    func find(_ alias: String, of capability: String, at time: Date) async throws -> AliasMove? {
        try await database.query(
            """
            SELECT \(Self.columns)
              FROM alias_history
             WHERE capability = \(capability) AND alias = \(alias) AND moved_at <= \(time)
             ORDER BY id DESC
             LIMIT 1
            """
        ).first.map(AliasMove.init(row:))
    }

    /// Where a rollback of an alias leads, and where it points now.
    func path(_ alias: String, of capability: String) async throws -> AliasPath {
        try await database.withConnection { try await Self.path(alias, of: capability, on: $0) }
    }

    /// Moves of any alias to a version, newest first.
    func moves(of capability: String, to version: Int, limit: Int) async throws -> [AliasMove] {
        try await database.query(
            """
            SELECT \(Self.columns)
              FROM alias_history
             WHERE capability = \(capability) AND version = \(version)
             ORDER BY id DESC
             LIMIT \(limit)
            """
        ).map(AliasMove.init(row:))
    }

    /// Where a rollback of an alias leads, as it stands in this transaction.
    static func path(_ alias: String, of capability: String, on connection: Connection) async throws -> AliasPath {
        let deleted = try await connection.query(
            "SELECT version FROM versions WHERE capability = \(capability) AND deleted_at IS NOT NULL"
        ).map { try $0.decode("version", as: Int.self) }
        return AliasPath(try await all(alias, of: capability, on: connection), deleted: Set(deleted))
    }

    /// All moves of an alias, oldest first.
    private static func all(_ alias: String, of capability: String, on connection: Connection) async throws -> [AliasMove] {
        try await connection.query(
            """
            SELECT \(columns)
              FROM alias_history
             WHERE capability = \(capability) AND alias = \(alias)
             ORDER BY id
            """
        ).map(AliasMove.init(row:))
    }

    /// Adds a move. The capability's row is locked by the caller, so ids follow the order of the moves.
    static func append(_ move: AliasMove, on connection: Connection) async throws {
        _ = try await connection.execute(
            """
            INSERT INTO alias_history (capability, alias, version, model, previous, moved_at, moved_by, reason, report, overridden, rollback)
                 VALUES (\(move.capability), \(move.alias), \(move.version), \(move.model?.description), \(move.previous), \(move.movedAt),
                         \(move.movedBy), \(move.reason), \(move.report), \(move.overridden), \(move.rollback ?? false))
            """)
    }

    private static let columns: SQL = """
        id, capability, alias, version, model, previous, moved_at, moved_by, reason, report, overridden, rollback
        """
}

extension AliasMove {
    init(row: Row) throws {
        self.init(
            capability: try row.decode("capability", as: String.self), alias: try row.decode("alias", as: String.self),
            version: try row.decode("version", as: Int?.self), model: try row.decode("model", as: String?.self).flatMap(Digest.init),
            previous: try row.decode("previous", as: Int?.self), movedAt: try row.decode("moved_at", as: Date.self),
            movedBy: try row.decode("moved_by", as: String.self), reason: try row.decode("reason", as: String?.self),
            report: try row.decode("report", as: String?.self), overridden: try row.decode("overridden", as: [String]?.self),
            rollback: try row.decode("rollback", as: Bool.self) ? true : nil)
    }
}
