import Contracts
import MLflow

/// Makes versions: fixes what the source names, and writes the version down.
struct VersionMaker: Sendable {
    /// What a client asks for.
    struct Order: Sendable {
        let name: String
        let source: String
        let runID: String?
        let runLink: String?
        let modelID: String?
        let description: String?
        let tags: [ModelTag]
    }

    let registered: RegisteredVersionStore
    let models: RegisteredModelStore
    let versions: ModelVersionStore
    let artifacts: ArtifactPeer

    func make(_ order: Order, for tenant: Tenant) async throws -> RegisteredVersion {
        let isPrompt = order.tags.contains { $0.key == ModelTag.prompt && $0.value.lowercased() == "true" }
        let source = try ModelSource(order.source, isPrompt: isPrompt)
        // First, so that nobody has artifacts kept for a model that is not theirs.
        try await models.requireOwn(order.name, for: tenant)
        let new = try await fixed(source, order, for: tenant)
        return try await registered.create(new, of: order.name, by: versions, for: tenant)
    }

    private func fixed(_ source: ModelSource, _ order: Order, for tenant: Tenant) async throws -> NewRegisteredVersion {
        switch source {
        case .prompt: return new(order, location: order.source, files: [], run: order.runID, tenant)
        case .version(let model, let version):
            let number = try ModelName.version(version)
            let found = try await registered.artifacts(model, version: number, for: tenant)
            return new(order, location: found.location, files: found.files, run: order.runID ?? found.run, tenant)
        case .artifacts(let uri):
            let kept = try await artifacts.snapshot(uri, for: tenant)
            if let made = kept.run, let said = order.runID, made != said {
                throw MLflowError.invalid("Invalid model version source: '\(uri)'. It is of run \(made), and run_id says \(said).")
            }
            let files = kept.files.map { ArtifactFile(path: $0.path, digest: $0.digest, bytes: $0.bytes) }
            return new(order, location: kept.uri, files: files, run: order.runID ?? kept.run, tenant)
        }
    }

    private func new(
        _ order: Order, location: String, files: [ArtifactFile], run: String?, _ tenant: Tenant
    ) -> NewRegisteredVersion {
        let modelID = order.modelID ?? order.source.wholeMatch(of: /models:\/(m-[0-9a-f]{32})/).map { String($0.1) }
        return NewRegisteredVersion(
            userID: tenant.user, source: order.source, location: location, files: files, runID: run, runLink: order.runLink,
            modelID: modelID, description: order.description, tags: order.tags)
    }
}
