import Contracts
import Tensors
import Testing

@testable import InferenceService

@Suite("Classification")
struct ClassificationTests {
    private func texts(_ tensor: Tensor) -> [String] { tensor.strings.map { String(decoding: $0, as: UTF8.self) } }

    @Test("each row gives its highest numbers as value, index and label, highest first")
    func highest() throws {
        let scores = Tensor(name: "p", shape: [2, 3], floats: [0.25, 0.5, 0.25, 3, -1, 2])

        let two = try Classification.highest(2, of: scores, labels: ["cat", "dog"])
        #expect(two.name == "p")
        #expect(two.datatype == .bytes)
        #expect(two.shape == [2, 2])
        #expect(texts(two) == ["0.500000:1:dog", "0.250000:0:cat", "3.000000:0:cat", "2.000000:2"])
    }

    @Test("more classes than there are gives all; a tensor without rows is one row; no number comes last")
    func edges() throws {
        let flat = try Classification.highest(9, of: Tensor(name: "p", shape: [3], floats: [.nan, 1, 2]))
        #expect(flat.shape == [3])
        #expect(texts(flat) == ["2.000000:2", "1.000000:1", "nan:0"])
        let none = try Classification.highest(1, of: Tensor(name: "p", shape: [0, 3], floats: []))
        #expect(none.shape == [0, 0])
        let integers = try Classification.highest(1, of: Tensor(name: "p", shape: [1, 2], integers: [7, 7]))
        #expect(texts(integers) == ["7.000000:0"], "equal ones by index")
    }

    @Test("what cannot be is refused by the output's name")
    func refused() throws {
        for wish: JSONValue in [0, -1, "2", 1.5] {
            let fault = #expect(throws: InferenceFault.self) { try Classification.classes(["classification": wish], of: "p") }
            #expect(fault?.description.contains("output p") == true)
        }
        #expect(try Classification.classes(["classification": 3], of: "p") == 3)
        #expect(try Classification.classes(["classification": .null], of: "p") == nil)
        #expect(try Classification.classes(nil, of: "p") == nil)
        let fault = #expect(throws: InferenceFault.self) {
            try Classification.highest(1, of: Tensor(name: "names", shape: [1], strings: [[65]]))
        }
        #expect(fault?.description.contains("names") == true)
    }
}
