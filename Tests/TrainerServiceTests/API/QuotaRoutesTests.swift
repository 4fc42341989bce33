import Contracts
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Priorities and quotas of teams", .serialized)
struct QuotaRoutesTests {
    @Test("an administrator sets a quota, its team reads it, and with 0 nothing of the team starts")
    func quota() async throws {
        try await withTrainer { mesh in
            try await mesh.commit(try Digits.rows(400), manifest: try Digits.manifest())
            let administrator = mesh.authority.key(roles: [.administrator], team: "platform")
            func set(_ limit: String, _ token: String) async throws -> ProbeAnswer {
                try await mesh.probe.send("PUT", "/v1/trainer/quotas/documents", token: token, json: #"{"limit": \#(limit)}"#)
            }
            #expect(try await set("1", mesh.engineer).status == 403)
            let refused = try await set("1001", administrator)
            #expect((refused.status, refused.json["errors"]?.arrayValue?.first?["field"]) == (400, "limit"))
            #expect(try await set("0", administrator).status == 200)

            let held = try await mesh.start(#"{"capability": "digits", "priority": 100}"#)
            #expect(held.priority == 100)
            try await eventually {
                let quota = try await mesh.probe.send("GET", "/v1/trainer/quotas/documents", token: mesh.engineer).decode(TeamQuota.self)
                return quota == TeamQuota(team: "documents", limit: 0, running: 0, waiting: 1) ? nil : "\(quota)"
            }
            let other = mesh.authority.key(roles: [.engineer], team: "mobile")
            #expect(try await mesh.probe.send("GET", "/v1/trainer/quotas/documents", token: other).status == 403)
            #expect(try await mesh.run(held.id).state == .queued)

            #expect(try await set("1", administrator).status == 200)
            #expect(try await mesh.ended(held.id).state == .succeeded)
        }
    }

    @Test("a priority or timeout out of bounds is refused by name, and a run that takes longer than its timeout fails")
    func bounds() async throws {
        try await withTrainer(lease: 500) { mesh in
            try await mesh.commit(try Digits.rows(400), manifest: try Digits.manifest())
            let refused = try await mesh.probe.send(
                "POST", "/v1/trainer/runs", token: mesh.engineer, json: #"{"capability": "digits", "priority": 101, "timeoutSeconds": 0}"#)
            #expect(refused.status == 422)
            #expect(refused.json["errors"]?.arrayValue?.compactMap { $0["field"]?.stringValue } == ["priority", "timeoutSeconds"])

            let slow = #"{"capability": "digits", "recipe": "multilayer-perceptron", "timeoutSeconds": 1, "parameters": {"epochs": 10000}}"#
            let ended = try await mesh.ended(try await mesh.start(slow).id)
            #expect(ended.state == .failed)
            #expect(ended.error == "Ended by its timeout.")
        }
    }
}
