import Contracts
import Testing

@testable import LabelingService

@Suite("What a manifest says about labeling")
struct LabelingRulesTests {
    @Test("shapes that no row can have break nothing: choices have to be listed, and a task is refused by its field or taken as it is")
    func hugeShapes() throws {
        var manifest = try Fixtures.capability()
        manifest.labeling?.choices = nil
        #expect(try LabelingRules(manifest).choices == [0, 1, 2])
        manifest.interface.outputs[1].shape = [-1, Int.max]
        #expect(throws: Problem.self) { try LabelingRules(manifest) }

        manifest.labeling?.choices = [0, 1]
        manifest.interface.inputs[0].shape = [-1, 1 << 40, 1 << 40]
        let rules = try LabelingRules(manifest)
        let task = NewTask(rowId: "a", input: ["pixels": [1, 2]])
        #expect(rules.interface.inputs[0].rowSize == nil)
        #expect(task.faults(at: "tasks[0]", rules).isEmpty)
        #expect(DatasetPart.pageSize(of: rules.interface) == 10)
        manifest.interface.inputs[0].datatype = "BYTES"
        manifest.interface.inputs[0].shape = [-1, 1]
        #expect(DatasetPart.pageSize(of: manifest.interface) == 199)
        #expect(DatasetPart.pageSize(of: try Fixtures.rules().interface) == 1_000)
        #expect(
            NewTask(rowId: "a", input: ["pixels": [1, 2, 3]]).faults(at: "tasks[0]", try Fixtures.rules()).map(\.field) == [
                "tasks[0].input.pixels"
            ])
    }
}
