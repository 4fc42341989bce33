import Contracts
import MeshClient

/// What the experiment-router asks of the model-registry.
struct RegistryPeer: Sendable {
    let client: MeshClient

    /// Points the champion to the challenger of a decision, through the registry's gate. Asked again it changes nothing.
    ///
    /// - Parameter authorization: of who decided, whose name then stands in the registry; the service's own when nil.
    func promote(_ decision: Decision, authorization: String?) async throws {
        let variants = decision.experiment.variants
        let change = AliasChange(version: variants[1].version, expected: variants[0].version, reason: decision.note)
        var request = try MeshClient.json(
            "PUT", Path("v1", "registry", "models", decision.experiment.capability, "aliases", "champion"), change)
        if let authorization { request.headers.append(("authorization", authorization)) }
        try await client.perform(request)
    }
}
