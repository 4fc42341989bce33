import Contracts
import Foundation
import Testing

@testable import IdentityService

@Suite("Who may make which key")
struct KeyRulesTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func refusal(_ asked: NewKey, team: String = "documents", roles: Set<Role>) -> Problem? {
        do {
            try KeyRules.check(asked, by: (team, roles), at: now)
            return nil
        } catch {
            return error
        }
    }

    @Test("an engineer hands on the roles that he holds, and no other", arguments: Role.allCases)
    func ownRoles(role: Role) {
        let asked = NewKey(name: "app", team: "documents", roles: [role])
        let problem = refusal(asked, roles: [.engineer, .viewer])
        #expect((problem == nil) == [.engineer, .viewer].contains(role))
        if problem != nil { #expect(problem?.status == 403 && problem?.detail?.contains(role.rawValue) == true) }
    }

    @Test("another team's key is for an administrator")
    func foreignTeam() {
        let asked = NewKey(name: "app", team: "others", roles: [.viewer])
        #expect(refusal(asked, roles: [.engineer, .viewer])?.status == 403)
        #expect(refusal(asked, roles: [.administrator]) == nil)
    }

    @Test("an administrator makes a key of any role", arguments: Role.allCases)
    func administrator(role: Role) {
        #expect(refusal(NewKey(name: "app", team: "others", roles: [role]), roles: [.administrator]) == nil)
    }

    @Test("what is wrong is named, all at once")
    func faults() {
        let asked = NewKey(name: "", team: "documents", roles: [], expiresAt: now)
        #expect(refusal(asked, roles: [.administrator])?.errors?.map(\.field) == ["name", "roles", "expiresAt"])
        let twice = NewKey(name: "a", team: "documents", roles: [.viewer, .viewer], expiresAt: now.addingTimeInterval(1))
        #expect(refusal(twice, roles: [.administrator])?.errors?.map(\.field) == ["roles"])
    }
}
