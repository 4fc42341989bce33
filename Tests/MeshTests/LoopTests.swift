import Contracts
import MeshClient
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests.Played {
    @Test("the loop closes with two instances of every service: each chapter's expectations hold")
    func closes() async throws {
        let told = Set(loop.story.map(\.chapter))

        #expect(told == Set(DemoChapter.allCases.map(\.rawValue)))
        #expect(loop.progress.champion > loop.progress.red)
        #expect(loop.progress.alarm != nil)
        #expect(["promote", "rollback"].contains(loop.progress.decision))
    }

    @Test("services were scaled up and down while the loop was played, each to what was asked")
    func scales() {
        for (chapter, wanted) in loop.scalings {
            for (service, count) in wanted {
                #expect(loop.counted[chapter]?[service.rawValue] == count, "\(service.rawValue) before chapter \(chapter)")
            }
        }
        let scaled = Set(loop.scalings.values.flatMap(\.keys))
        #expect(scaled == Set(ServiceName.serving))
    }

    @Test("what the services say afterwards fits what the story told")
    func fits() async throws {
        let owner = loop.progress.cast.owner
        let status: CapabilityStatus = try await owner.get(.init("v1", "registry", "capabilities", "digits", "status"))
        let experiment: Experiment = try await owner.get(
            .init("v1", "router", "experiments", try #require(loop.progress.experiment)))
        let health: CapabilityHealth = try await owner.get(.init("v1", "monitor", "capabilities", "digits"))

        #expect(status.aliases.first { $0.alias == "champion" }?.version == loop.progress.champion)
        #expect(status.report?.passed == true)
        #expect(experiment.state == (loop.progress.decision == "promote" ? .promoted : .rolledBack))
        #expect(health.alarms.first { $0.id == loop.progress.alarm }?.state == .resolved)
        #expect(health.alarms.allSatisfy { $0.state == .resolved })
    }
}
