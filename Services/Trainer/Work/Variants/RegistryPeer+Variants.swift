import Contracts
import Foundation
import MeshClient

extension RegistryPeer {
    /// Stores a variant of a version, and gives the one that is stored under its digest: that of the first attempt.
    func record(_ variant: ModelVariant) async throws -> ModelVariant {
        let path = Path("v1", "registry", "models", variant.capability, "versions", String(variant.version), "variants")
        return try await client.post(path, variant, idempotencyKey: UUID().uuidString)
    }
}
