import Contracts
import Foundation
import MeshClient
import Observability

/// Asks identity for the keys and sessions that changed, with the gateway agent's own token.
struct IdentityFeed {
    /// How long identity holds a question when nothing changes. Short, since an instance that is to stop answers it first.
    static let waitSeconds = 2

    private let client: MeshClient

    init(layout: MeshLayout, settings: MeshSettings) {
        let name = ServiceName.gatewayAgent.rawValue
        let tokens = TokenSource.credentials(baseURL: settings.internalURL, id: name, secret: MeshSecrets(layout: layout).read(name))
        client = MeshClient(baseURL: settings.internalURL, peer: .identity, tokens: tokens)
    }

    /// What changed after a cursor; the empty cursor means everything.
    func entries(after cursor: String) async throws -> GatewayEntries {
        var query = [("waitSeconds", String(Self.waitSeconds))]
        if !cursor.isEmpty { query.append(("after", cursor)) }
        let deadline = Deadline.after(.seconds(Self.waitSeconds + 10))
        return try await client.call(ClientRequest("GET", Path("v1", "identity", "gateway", "entries"), query: query, deadline: deadline))
    }
}
