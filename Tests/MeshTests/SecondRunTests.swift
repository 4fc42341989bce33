import Contracts
import Foundation
import MeshClient
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests.Played {
    @Test("the demo called again changes nothing, and what it prints works: the key, the links, the curl line")
    func secondRun() async throws {
        let before: CapabilityStatus = try await loop.progress.cast.owner.get(.init("v1", "registry", "capabilities", "digits", "status"))
        let outcome = try WireJSON.decode(DemoOutcome.self, from: Data(try await mesh.command("demo", "--json").utf8))
        let after: CapabilityStatus = try await loop.progress.cast.owner.get(.init("v1", "registry", "capabilities", "digits", "status"))

        #expect(!outcome.played)
        #expect(before == after)
        #expect(outcome.champion == loop.progress.champion)
        let answer = try WireJSON.decode(JSONValue.self, from: Data(try await Shell.run("/bin/bash", ["-c", outcome.curl]).utf8))
        #expect(answer["model_version"] == .string(String(outcome.champion)))
        for link in [outcome.consoleURL, outcome.labelerURL] {
            let token = try #require(link.split(separator: "=").last.map(String.init))
            #expect(try await DemoSession.open(invitation: token, at: outcome.gatewayURL) != nil)
        }
    }

    @Test("mesh up on a mesh that is up does nothing and says where it is")
    func secondUp() async throws {
        let before = try mesh.record
        let text = try await mesh.command("up", "--json")
        let after = try WireJSON.decode(MeshRecord.self, from: Data(text.utf8))

        #expect(after.gatewayURL == before.gatewayURL)
        #expect(Set(after.instances.map(\.pid)) == Set(before.instances.map(\.pid)))
    }
}
