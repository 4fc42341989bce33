import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird

/// Teams, people and invitations.
struct PersonRoutes: Sendable {
    let teams: TeamStore
    let people: PersonStore
    let sessions: SessionStore
    let publicURL: String

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/identity/teams", use: listTeams)
        router.post("/v1/identity/teams", use: addTeam)
        router.get("/v1/identity/people", use: list)
        router.post("/v1/identity/people", use: add)
        router.put("/v1/identity/people/{person}/roles", use: setRoles)
        router.delete("/v1/identity/people/{person}", use: remove)
        router.post("/v1/identity/people/{person}/invitations", use: invite)
    }

    @Sendable
    func listTeams(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<Team>> {
        Reply(Page(items: try await teams.list(), nextPage: nil))
    }

    @Sendable
    func addTeam(_ request: Request, _ context: ServiceContext) async throws -> Reply<Team> {
        let asked = try await request.decode(as: NewTeam.self, context: context)
        guard Names.isName(asked.name) else { throw FieldFault("name", expected: Names.expectation) }
        return .created(
            try await teams.add(asked.name, by: try context.identity.subject) { try await context.remember(Reply.created($0), on: $1) })
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<Person>> {
        Reply(Page(items: try await people.list(), nextPage: nil))
    }

    @Sendable
    func add(_ request: Request, _ context: ServiceContext) async throws -> Reply<Person> {
        let asked = try await request.decode(as: NewPerson.self, context: context)
        guard (1...100).contains(asked.name.utf8.count) else { throw FieldFault("name", expected: "1 to 100 bytes of text") }
        guard !asked.roles.isEmpty else { throw FieldFault("roles", expected: "at least one role") }
        try RoleRules.check(asked.roles)
        return .created(
            try await people.add(asked, by: try context.identity.subject) { try await context.remember(Reply.created($0), on: $1) })
    }

    @Sendable
    func setRoles(_ request: Request, _ context: ServiceContext) async throws -> Reply<Person> {
        let change = try await request.decode(as: RolesChange.self, context: context)
        try RoleRules.check(change.roles)
        let person = try context.parameter("person")
        return .ok(try await people.setRoles(change.roles, of: person, by: try context.identity.subject))
    }

    @Sendable
    func remove(_ request: Request, _ context: ServiceContext) async throws -> NoContent {
        try await people.remove(try context.parameter("person"), by: try context.identity.subject)
        return NoContent()
    }

    @Sendable
    func invite(_ request: Request, _ context: ServiceContext) async throws -> Reply<Invitation> {
        let issued = try await sessions.invite(try context.parameter("person"), by: try context.identity.subject) {
            try await context.remember(Reply.created(invitation($0)), on: $1)
        }
        return .created(invitation(issued))
    }

    private func invitation(_ issued: SessionStore.Issued) -> Invitation {
        let page = issued.roles == [.labeler] ? "label" : "console"
        let url = "\(publicURL)/\(page)/#invitation=\(issued.token)"
        return Invitation(url: url, token: issued.token, expiresAt: issued.expiresAt)
    }
}
