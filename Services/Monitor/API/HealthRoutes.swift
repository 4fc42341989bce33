import Catalogue
import Contracts
import HTTPService
import Hummingbird

/// How capabilities do in the wild, and what is wrong there.
struct HealthRoutes: Sendable {
    let watches: WatchStore
    let alarms: AlarmStore
    let catalogue: Catalogue

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/monitor/capabilities/{capability}", use: health)
        router.get("/v1/monitor/alarms", use: list)
    }

    @Sendable
    func health(_ request: Request, _ context: ServiceContext) async throws -> Reply<CapabilityHealth> {
        let name = try context.name("capability")
        guard let capability = catalogue.capability(name) else { throw Problem(.capabilityUnknown, "There is no capability \(name).") }
        try context.identity.requireOwnership(of: capability.team)
        return .ok(try await watches.health(name))
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<Alarm>> {
        let page = try request.page(context: context)
        let capability = try request.query("capability")
        if let capability, !Names.isName(capability) { throw FieldFault("capability", expected: Names.expectation) }
        let state = try request.query("state").map { text throws(FieldFault) in
            guard let state = Alarm.State(rawValue: text) else { throw FieldFault("state", expected: "firing or resolved") }
            return state
        }
        let before = page.after?.first.flatMap { Int($0) } ?? Int.max
        let found = try await alarms.list(
            capability: capability, among: visible(to: try context.identity), state: state, before: before, limit: page.limit + 1)
        let listed = page.page(found) { [String($0.seq)] }
        return Reply(Page(items: listed.items.map(\.alarm), nextPage: listed.nextPage))
    }

    /// The capabilities whose alarms a caller sees: those of his team; nil for all.
    private func visible(to caller: Caller) -> [String]? {
        caller.isAdministrator ? nil : catalogue.capabilities.values.filter { $0.team == caller.team }.map(\.name)
    }
}
