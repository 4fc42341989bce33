import Contracts
import Testing

@testable import MeshCommand

@Suite("Plans as text")
struct PlanCommandTests {
    @Test("what comes, goes and changes is told apart, and what follows is said")
    func change() {
        let plan = CapabilityPlan(
            capability: "digits", action: .change, revision: 4,
            changes: [
                ManifestChange(path: "tests[fast]", to: ["name": "fast"]),
                ManifestChange(path: "tests[good enough].atLeast", from: 0.9, to: 0.95),
                ManifestChange(path: "training.seed", from: 7),
            ], consequences: ["Reports on revision 3 open no gate any more."])

        #expect(
            PlanCommand.text(plan) == """
                capability digits would change: revision 4
                  + tests[fast]: {"name":"fast"}
                  ~ tests[good enough].atLeast: 0.9 -> 0.95
                  - training.seed: 7
                  Reports on revision 3 open no gate any more.
                """)
    }

    @Test("what is new and what stays has a line of its own")
    func others() {
        let new = CapabilityPlan(capability: "digits", action: .create, revision: 1, changes: [], consequences: [])
        let same = CapabilityPlan(capability: "digits", action: .unchanged, revision: 3, changes: [], consequences: [])

        #expect(PlanCommand.text(new) == "capability digits would be created")
        #expect(PlanCommand.text(same) == "capability digits is as the manifest says: revision 3")
    }
}
