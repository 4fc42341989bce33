import Contracts
import Foundation
import Spool
import Testing

@testable import InferenceService
@testable import Tensors

@Suite("Kept data")
struct KeptDataTests {
    private func kept(rows: Int, width: Int, value: Float = 0.1, source: String = "b") -> KeptData {
        let x = Tensor(name: "x", shape: [rows, width], floats: [Float](repeating: value, count: rows * width))
        let context = [JSONValue](repeating: .string(source), count: rows)
        let checked = Interface.Checked(inputs: [x], context: ["source": context], rows: rows)
        let label = Tensor(name: "label", shape: [rows], integers: [Int64](repeating: 7, count: rows))
        return KeptData(checked, outputs: [label])
    }

    @Test("a row's inputs are kept by the size of the row, not of the batch")
    func batches() {
        #expect(kept(rows: 1, width: 64).inputs.keys.sorted() == ["x"])
        #expect(kept(rows: 700, width: 64).inputs.keys.sorted() == ["x"])
        #expect(kept(rows: 1, width: KeptData.mostElements).inputs.keys.sorted() == ["x"])
        let wide = kept(rows: 1, width: KeptData.mostElements + 1)
        #expect(wide.inputs.isEmpty)
        #expect(wide.outputs["label"] == [7])
    }

    @Test("beyond the bytes of a record inputs go first, then the context, then all of it")
    func bounds() {
        let many = kept(rows: 5_000, width: 64)
        #expect(many.inputs.isEmpty)
        #expect(many.context["source"]?.count == 5_000)
        #expect(many.outputs["label"]?.arrayValue?.count == 5_000)
        let long = kept(rows: 5_000, width: 1, source: String(repeating: "\u{1}", count: 1_000))
        #expect(long.context.isEmpty)
        #expect(long.inputs.isEmpty)
        #expect(long.outputs["label"]?.arrayValue?.count == 5_000)
        #expect(kept(rows: 600_000, width: 1).outputs.isEmpty)
    }

    @Test("whatever is kept fits in a record", arguments: [1, 64, 1_000, 20_000])
    func size(rows: Int) throws {
        for width in [1, 7, 64] {
            for source in ["b", String(repeating: "\"\u{1}", count: 40)] {
                let kept = kept(rows: rows, width: width, value: -1.2345678e-30, source: source)
                let record = PredictionRecord(
                    requestId: RequestID(), time: .now, capability: "digits", version: 1, team: "documents", shadow: false, rows: rows,
                    microseconds: 1, inputs: kept.inputs, outputs: kept.outputs, context: kept.context)
                let bytes = try SpoolLine(record, kind: .prediction).json.count
                #expect(bytes <= SpoolLimits().recordBytes, "\(rows) x \(width): \(bytes) bytes")
            }
        }
    }
}
