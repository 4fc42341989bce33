import Contracts
import MeshClient

/// What the trainer asks the model-registry.
struct RegistryPeer: Sendable {
    let client: MeshClient

    func capability(_ name: String) async throws -> CapabilityRecord {
        try await client.get(Path("v1", "registry", "capabilities", name))
    }

    /// A capability that a caller named: the problem is the caller's when there is none, ours to wait out when nobody can be asked.
    func asked(_ name: String) async throws -> CapabilityRecord {
        try await forCaller(Problem(.capabilityUnknown, "There is no capability \(name).")) { try await capability(name) }
    }

    /// Throws `versionUnknown`.
    func requireVersion(_ version: Int, of model: String) async throws {
        _ = try await forCaller(Problem(.versionUnknown, "Model \(model) has no version \(version).")) {
            try await self.version(String(version), of: model)
        }
    }

    /// The version of a number or an alias.
    func version(_ reference: String, of model: String) async throws -> ModelVersion {
        try await client.get(Path("v1", "registry", "models", model, "versions", reference))
    }

    /// The version that the alias champion points to; nil while there is none.
    func champion(of model: String) async throws -> ModelVersion? {
        do {
            return try await version("champion", of: model)
        } catch let error as ClientError where error.status == 404 {
            return nil
        }
    }

    /// Registers a run's model. A run registers one version: again gives the first one back.
    func register(_ version: NewModelVersion, of model: String) async throws -> ModelVersion {
        try await client.post(Path("v1", "registry", "models", model, "versions"), version, idempotencyKey: "run-\(version.run)")
    }

    /// Stores a report on a version. The same report again changes nothing.
    func record(_ report: SuiteReport, version: Int) async throws {
        let path = Path("v1", "registry", "models", report.capability, "versions", String(version), "reports")
        try await client.perform(try MeshClient.json("POST", path, report))
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
