import Contracts
import Postgres

/// Whose artifacts they are: those of the team whose experiment their run or logged model belongs to.
struct ArtifactOwners: Sendable {
    let database: Database
    let snapshots: SnapshotStore

    /// The team that owns a root. Throws `artifactUnknown` when there is no such run, logged model or snapshot.
    func team(of root: ArtifactRoot) async throws -> String {
        let found: (root: ArtifactRoot, team: String)? =
            switch root {
            case .run(_, let run): try await self.run(run)
            case .model(_, let model): try await self.model(model)
            case .snapshot(let id): try await snapshots.team(of: id).map { (root, $0) }
            }
        guard let found, found.root == root else {
            throw Problem(.artifactUnknown, "There are no artifacts at \(root.uri).")
        }
        return found.team
    }

    /// The place that a version's source means, and the team that owns it.
    func resolve(_ source: ArtifactSource) async throws -> (place: ArtifactPlace, team: String) {
        switch source {
        case .place(let place): return (place, try await team(of: place.root))
        case .run(let id, let path):
            guard let found = try await run(id) else {
                throw Problem(.runUnknown, "Run with id=\(id) not found")
            }
            return (ArtifactPlace(found.root, path), found.team)
        case .model(let id, let path):
            guard let found = try await model(id) else {
                throw Problem(.artifactUnknown, "Logged model with ID '\(id)' not found.")
            }
            return (ArtifactPlace(found.root, path), found.team)
        }
    }

    /// The root of a run's artifacts with the run's team; nil when there is no such run.
    func run(_ id: String) async throws -> (root: ArtifactRoot, team: String)? {
        guard let found = try await root(id), case .run = found.root else { return nil }
        return found
    }

    /// The root of a logged model's artifacts with the model's team; nil when there is no such model.
    func model(_ id: String) async throws -> (root: ArtifactRoot, team: String)? {
        guard let found = try await root(id), case .model = found.root else { return nil }
        return found
    }

    /// Notes whose a new run's or logged model's artifacts are, in the transaction that makes it.
    static func add(_ root: ArtifactRoot, team: String, on connection: Connection) async throws {
        let id =
            switch root {
            case .run(_, let run): run
            case .model(_, let model): model
            case .snapshot(let id): id.hex
            }
        try await connection.execute(
            "INSERT INTO artifact_roots (id, root, team) VALUES (\(id), \(root.description), \(team)) ON CONFLICT (id) DO NOTHING")
    }

    private func root(_ id: String) async throws -> (root: ArtifactRoot, team: String)? {
        let rows = try await database.query("SELECT root, team FROM artifact_roots WHERE id = \(id)")
        guard let row = rows.first else { return nil }
        let text = try row.decode("root", as: String.self)
        guard let (root, _) = ArtifactRoot.split(text.split(separator: "/").map(String.init)) else { return nil }
        return (root, try row.decode("team"))
    }
}
