import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird

/// What the gateway agent follows, and the audit.
struct GatewayRoutes: Sendable {
    static let pageSize = 1000

    let entries: GatewayEntryStore
    let audits: AuditStore
    let changes: GatewayChanges

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/identity/gateway/entries", use: follow)
        router.get("/v1/identity/audit", use: audit)
    }

    /// Changes after a cursor; waits for some when there are none.
    @Sendable
    func follow(_ request: Request, _ context: ServiceContext) async throws -> Reply<GatewayEntries> {
        guard let cursor = Int64(try request.query("after") ?? "0"), cursor >= 0 else {
            throw FieldFault("after", expected: "the cursor of an earlier answer")
        }
        let patience = try request.query("waitSeconds", in: 0...25, default: 0)
        let end = ContinuousClock.now + .seconds(patience)
        while true {
            let seen = changes.count
            let page = try await entries.changes(after: cursor, limit: Self.pageSize)
            if !page.entries.isEmpty || ContinuousClock.now >= end {
                return Reply(GatewayEntries(entries: page.entries, cursor: String(page.cursor)))
            }
            await changes.wait(beyond: seen, until: end)
        }
    }

    @Sendable
    func audit(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<AuditRecord>> {
        let page = try request.page(context: context)
        let rows = try await audits.list(below: page.after?.first.flatMap { Int($0) } ?? Int.max, limit: page.limit + 1)
        return Reply(page.page(rows) { [String($0.id)] })
    }
}
