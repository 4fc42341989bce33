import Contracts
import Tensors
import Testing

@testable import InferenceService

@Suite("What merging gains")
struct BatchGainTests {
    @Test("requests are merged where a row costs clearly less in company, and never where rows depend on each other")
    func pays() {
        #expect(BatchGain(oneRow: 100_000, manyRows: 160_000).mostRows == 32)
        #expect(!BatchGain(oneRow: 100_000, manyRows: 640_000).pays)
        #expect(BatchGain(oneRow: 100_000, manyRows: 560_000).pays)
        #expect(!BatchGain(oneRow: 100_000, manyRows: nil).pays)
        #expect(!BatchGain(oneRow: 100_000, manyRows: 160_000, isRowWise: false).pays)
    }

    @Test("a merged run stays short")
    func short() {
        let gain = BatchGain(oneRow: 4_000_000, manyRows: 16_000_000)
        #expect(gain.mostRows == 2)
        #expect(!BatchGain(oneRow: 40_000_000, manyRows: 160_000_000).pays)
    }

    @Test("rows to try a model with are of its shapes and within its ranges, and differ from each other")
    func rows() throws {
        let interface = Interface(
            inputs: [
                .init(name: "x", datatype: "FP32", shape: [-1, 16], minimum: 0, maximum: 1),
                .init(name: "n", datatype: "INT64", shape: [-1, -1]),
                .init(name: "s", datatype: "BYTES", shape: [-1]), .init(name: "far", datatype: "FP32", shape: [-1, 2], minimum: 5),
            ], outputs: [])
        let rows = try #require(TrialRows.tensors(interface, rows: 8))

        #expect(rows.map(\.shape) == [[8, 16], [8, 1], [8], [8, 2]])
        #expect(Set(rows[0].elements(as: Float.self)) == [0, 1])
        #expect(Set((0..<8).map { rows[0].rows($0..<$0 + 1).elements(as: Float.self) }).count > 1)
        #expect(Set(rows[1].elements(as: Int64.self)).isSubset(of: [0, 1]))
        var huge = interface
        huge.inputs[0].shape = [-1, 1 << 40]
        #expect(TrialRows.tensors(huge, rows: 8) == nil)
    }
}
