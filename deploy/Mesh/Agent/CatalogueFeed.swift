import Contracts
import Foundation
import MeshClient

/// Asks the model-registry for the catalogue, with the gateway agent's own token.
struct CatalogueFeed {
    private let client: MeshClient

    init(layout: MeshLayout, settings: MeshSettings) {
        let name = ServiceName.gatewayAgent.rawValue
        let tokens = TokenSource.credentials(baseURL: settings.internalURL, id: name, secret: MeshSecrets(layout: layout).read(name))
        client = MeshClient(baseURL: settings.internalURL, peer: .modelRegistry, tokens: tokens)
    }

    /// Every capability as its newest revision has it.
    func capabilities() async throws -> [CapabilityRecord] {
        var (found, next): ([CapabilityRecord], String?) = ([], nil)
        repeat {
            let query = [("limit", "200")] + (next.map { [("page", $0)] } ?? [])
            let page = try await client.get(Path("v1", "registry", "capabilities"), query: query, as: Page<CapabilityRecord>.self)
            found += page.items
            next = page.nextPage
        } while next != nil
        return found
    }
}
