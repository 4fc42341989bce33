import Contracts
import Foundation
import MeshClient

/// Who plays: the owner of the capability, three labelers who were invited, and a product of another team.
struct DemoCast: Sendable {
    static let team = "documents"
    static let productTeam = "mobile"
    /// The labelers and how often each errs.
    static let errorRates: [(name: String, rate: Double)] = [("Ada", 0.01), ("Ben", 0.03), ("Cleo", 0.08)]

    let owner: DemoCaller
    let product: DemoCaller
    let labelers: [DemoLabeler]

    /// Makes teams, keys and people, and signs the people in.
    static func gather(_ administrator: DemoCaller) async throws -> DemoCast {
        for team in [team, productTeam] { try await ensure(team, administrator) }
        let owner = try await key("demo-owner", team: team, roles: [.engineer], administrator).caller
        let product = try await key("demo-product", team: productTeam, roles: [.viewer], administrator).caller
        var labelers: [DemoLabeler] = []
        for (index, person) in errorRates.enumerated() {
            let session = try await signIn(person.name, administrator)
            labelers.append(
                DemoLabeler(
                    name: person.name, subject: session.info.subject, caller: session.caller, errorRate: person.rate,
                    seed: UInt64(index + 1)))
        }
        return DemoCast(owner: owner, product: product, labelers: labelers)
    }

    /// Makes a key and waits until the gateway knows it.
    static func key(
        _ name: String, team: String, roles: [Role], _ administrator: DemoCaller
    ) async throws -> (secret: String, caller: DemoCaller) {
        let wish = NewKey(name: name, team: team, roles: roles, expiresAt: nil)
        let key: APIKey = try await administrator.post(Path("v1", "identity", "keys"), wish)
        guard let secret = key.secret else { throw DemoFault(expectation: "a new key to come with its secret", found: "none") }
        let caller = administrator.with(.key(secret))
        _ = try await caller.session()
        return (secret, caller)
    }

    /// Makes a person and the link by which the person signs in once.
    static func invite(_ name: String, roles: [Role], _ administrator: DemoCaller) async throws -> Invitation {
        let wish = NewPerson(name: name, team: team, roles: roles)
        let person: Person = try await administrator.post(Path("v1", "identity", "people"), wish)
        return try await administrator.post(Path("v1", "identity", "people", person.id, "invitations"), JSONValue.object([:]))
    }

    private static func signIn(_ name: String, _ administrator: DemoCaller) async throws -> (info: SessionInfo, caller: DemoCaller) {
        for _ in 0..<5 {
            let invitation = try await invite(name, roles: [.labeler], administrator)
            guard let session = try await DemoSession.open(invitation: invitation.token, at: administrator.url) else { continue }
            let caller = administrator.with(session)
            return (try await caller.session(), caller)
        }
        throw DemoFault(expectation: "one of five invitations to open a session", found: "no answer")
    }

    private static func ensure(_ team: String, _ administrator: DemoCaller) async throws {
        let request = try MeshCalls.request("POST", Path("v1", "identity", "teams"), NewTeam(name: team))
        let answer = try await administrator.send(request)
        guard answer.isSuccess || answer.status == 409 else { throw administrator.refusal(of: request, answer) }
    }
}

extension DemoCaller {
    /// Somebody else who calls the same mesh.
    func with(_ credential: Credential) -> DemoCaller {
        DemoCaller(url: url, credential: credential, patience: patience, heard: heard)
    }

    /// Who the credential is; the gateway learns of a new one within a moment.
    func session() async throws -> SessionInfo {
        try await wait(for: "the gateway to know a new credential", every: .milliseconds(50)) {
            let request = ClientRequest("GET", Path("v1", "identity", "session"))
            let answer = try await send(request)
            if answer.status == 401 { return .notYet("status 401") }
            guard answer.isSuccess else { throw refusal(of: request, answer) }
            return .there(try answer.decode(SessionInfo.self))
        }
    }
}
