import Foundation
import MeshClient

extension ClientRequest {
    /// The request as a new one: with an idempotency key that was never used.
    var renewed: ClientRequest {
        var request = self
        request.idempotencyKey = UUID().uuidString.lowercased()
        return request
    }
}
