import Contracts
import Foundation
import MeshClient

/// What the trainer asks the model-registry.
struct RegistryPeer: Sendable {
    let client: MeshClient

    func capability(_ name: String) async throws -> CapabilityRecord {
        try await client.get(Path("v1", "registry", "capabilities", name))
    }

    /// A capability that a caller named: the problem is the caller's when there is none, ours to wait out when nobody can be asked.
    func asked(_ name: String) async throws -> CapabilityRecord {
        try await forCaller(Problem(.capabilityUnknown, "There is no capability \(name).")) {
            try await capability(name)
        }
    }

    /// The version that a caller named by its number or an alias. Throws `versionUnknown`.
    func asked(version reference: String, of model: String) async throws -> ModelVersion {
        try await forCaller(Problem(.versionUnknown, "Model \(model) has no version \(reference).")) {
            try await version(reference, of: model)
        }
    }

    /// The version of a number or an alias.
    func version(_ reference: String, of model: String) async throws -> ModelVersion {
        try await client.get(Path("v1", "registry", "models", model, "versions", reference))
    }

    /// The version that an alias points to; nil while it points to none.
    func aliased(_ alias: String, of model: String) async throws -> ModelVersion? {
        do {
            return try await version(alias, of: model)
        } catch let error as ClientError where error.status == 404 {
            return nil
        }
    }

    /// The version that a run has registered; nil before that.
    func version(ofRun run: String, of model: String) async throws -> ModelVersion? {
        let path = Path("v1", "registry", "models", model, "versions")
        return try await client.get(
            path, query: [("run", run), ("limit", "1")], as: Page<ModelVersion>.self
        ).items.first
    }

    /// Registers a run's model. A run registers one version: what an earlier attempt has registered is given back, also when the bytes of
    /// this one differ (another processor or library).
    func register(_ version: NewModelVersion, of model: String) async throws -> ModelVersion {
        do {
            // The run's id makes the effect one; the key only lets the call be repeated.
            return try await client.post(
                Path("v1", "registry", "models", model, "versions"), version,
                idempotencyKey: UUID().uuidString)
        } catch let error as ClientError where error.status == 409 {
            guard let present = try await self.version(ofRun: version.run, of: model) else { throw error }
            return present
        }
    }

    /// Stores a report on a version, and gives the one that is stored under its id: that of the first attempt.
    func record(_ report: SuiteReport, version: Int) async throws -> SuiteReport {
        let path = Path(
            "v1", "registry", "models", report.capability, "versions", String(version), "reports")
        return try await client.post(path, report, idempotencyKey: UUID().uuidString)
    }

    private func forCaller<T>(_ missing: Problem, _ ask: () async throws -> T) async throws -> T {
        do {
            return try await ask()
        } catch let error as ClientError {
            if error.status == 404 { throw missing }
            throw Problem(.notReady, "The model-registry cannot be asked now.", retryAfter: 1)
        }
    }
}
