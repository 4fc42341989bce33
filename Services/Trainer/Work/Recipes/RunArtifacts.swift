import BlobStore
import Contracts
import Postgres

/// Puts a run's files among its artifacts.
struct RunArtifacts: Sendable {
    /// Who wrote them.
    static let writer = "service:trainer"

    let artifacts: ArtifactStore
    let owners: ArtifactOwners

    /// Files of the same paths are replaced: another attempt at the run has the same to say.
    func put(_ files: RunFiles, run: String, team: String) async throws {
        let root = try await root(of: run, team: team)
        for file in files.files {
            let writer = try artifacts.files.writer()
            try writer.write(file.content)
            try await artifacts.put(try writer.seal(), at: ArtifactPlace(root, try ArtifactPath(file.path)), by: Self.writer)
        }
    }

    /// The run's own root; a run that has none yet gets one in the default experiment.
    private func root(of run: String, team: String) async throws -> ArtifactRoot {
        if let found = try await owners.run(run) { return found.root }
        let root = ArtifactRoot.run(experiment: "0", run: run)
        try await artifacts.database.transaction { try await ArtifactOwners.add(root, team: team, on: $0) }
        return root
    }
}
