import Contracts
import Foundation
import Postgres

/// A project as it is stored; the rest of it is in the manifest.
struct StoredProject: Sendable, Hashable {
    let id: String
    let capability: String
    let createdAt: Date
}

struct ProjectStore: Sendable {
    let database: Database

    /// Makes a project. One of the same name and capability is given back; one of another capability is a conflict.
    func create(_ id: String, capability: String, by caller: String) async throws -> (project: StoredProject, created: Bool) {
        let written = try await database.execute(
            """
            INSERT INTO projects (id, capability, created_by)
                 VALUES (\(id), \(capability), \(caller))
            ON CONFLICT (id) DO NOTHING
            """)
        guard let project = try await find(id), project.capability == capability else {
            throw Problem(.conflict, "Project \(id) belongs to another capability: choose another name.")
        }
        return (project, written == 1)
    }

    func find(_ id: String) async throws -> StoredProject? {
        try await database.query("SELECT id, capability, created_at FROM projects WHERE id = \(id)").first.map(StoredProject.init(row:))
    }

    /// Projects of some capabilities, by id after a cursor.
    func list(of capabilities: [String], after id: String, limit: Int) async throws -> [StoredProject] {
        try await database.query(
            """
            SELECT id, capability, created_at
              FROM projects
             WHERE capability = ANY(\(capabilities)::text[]) AND id > \(id)
             ORDER BY id
             LIMIT \(limit)
            """
        ).map(StoredProject.init(row:))
    }
}

extension StoredProject {
    init(row: Row) throws {
        self.init(
            id: try row.decode("id", as: String.self), capability: try row.decode("capability", as: String.self),
            createdAt: try row.decode("created_at", as: Date.self))
    }
}
