import Contracts
import Foundation
import MLflow
import MeshClient

/// What the registry asks of the trainer: to keep artifacts as they are now.
struct ArtifactPeer: Sendable {
    /// Nil where the registry has not been told how to reach others.
    let client: MeshClient?

    /// A snapshot of a folder of artifacts of the tenant's. Throws `INVALID_PARAMETER_VALUE` where there is none.
    func snapshot(_ source: String, for tenant: Tenant) async throws -> ArtifactSnapshot {
        guard let client else { throw Problem(.notReady, "The registry has not been told where the trainer is.", retryAfter: 5) }
        let order = NewArtifactSnapshot(source: source, team: tenant.team, anyTeam: tenant.isAdministrator ? true : nil)
        do {
            return try await client.post(
                Path("v1", "trainer", "artifacts", "snapshots"), order, idempotencyKey: UUID().uuidString)
        } catch let error as ClientError {
            switch error.status {
            case 403?:
                throw MLflowError(.permissionDenied, "The artifacts of '\(source)' belong to another team than \(tenant.team).")
            case 400?, 404?, 422?:
                let reason = error.problem?.detail.map { " \($0)" } ?? ""
                throw MLflowError.invalid("Invalid model version source: '\(source)'. There are no such artifacts here.\(reason)")
            default: throw Problem(.notReady, "The trainer cannot be asked now.", retryAfter: 1)
            }
        }
    }
}
