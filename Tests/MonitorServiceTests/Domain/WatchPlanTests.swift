import Contracts
import Foundation
import Testing

@testable import MonitorService

@Suite("Watch plans")
struct WatchPlanTests {
    @Test("shapes too large for any row, of a revision of older rules, are no answer and trap nobody")
    func hugeShapes() throws {
        var manifest = try SampleCapability.manifest()
        manifest.interface.outputs[1].shape = [-1, 1 << 62, 4]
        #expect(WatchPlan(manifest).answer == AnswerField(manifest.interface))
        #expect(WatchPlan(manifest).answer?.probabilities == nil)
        manifest.interface.outputs[0].shape = [-1, .max, 2]
        #expect(WatchPlan(manifest).answer == nil)
    }

    @Test("the owner and the manifest's callers may say how a capability did")
    func teams() throws {
        var manifest = try SampleCapability.manifest()
        manifest.access = try WireJSON.decode(CapabilityManifest.Access.self, from: Data(#"{"callers":["mobile"]}"#.utf8))
        #expect(WatchPlan(manifest).teams == ["documents", "mobile"])
    }
}
