import Contracts
import Foundation
import Tensors
import Testing

@testable import Evaluation

@Suite("Perturbations of rows")
struct PerturbationTests {
    private let field = Interface.Field(
        name: "x", datatype: "FP32", shape: [-1, 2], minimum: 0, maximum: 16)

    private func values(_ perturbation: Perturbation, _ rows: [Float], field: Interface.Field? = nil)
        throws -> [[Double]]
    {
        let tensor = Tensor(name: "x", shape: [rows.count / 2, 2], floats: rows)
        return try PerturbationWay.all(perturbation).map { way in
            try way.apply(to: tensor, field: field ?? self.field, first: 0).tensor.doubles ?? []
        }
    }

    @Test("each factor and each shift is a way by itself, and values stay within the declared range")
    func ways() throws {
        #expect(
            PerturbationWay.all(Perturbation(scale: [0.5, 2])).map(\.name) == ["scale 0.5", "scale 2"])
        #expect(try values(Perturbation(scale: [0.5, 2]), [4, 10]) == [[2, 5], [8, 16]])
        #expect(try values(Perturbation(shift: [-5, 1]), [4, 10]) == [[0, 5], [5, 11]])
        #expect(
            try values(
                Perturbation(change: [.init(element: 1, by: 3), .init(element: 0, by: -1)]), [4, 10, 1, 15])
                == [[3, 13, 0, 16]])
    }

    @Test("rows that the change leaves as they are do not count")
    func unchanged() throws {
        let tensor = Tensor(name: "x", shape: [3, 2], floats: [0, 0, 16, 16, 0, 3])
        func changed(_ perturbation: Perturbation) throws -> [Bool] {
            try PerturbationWay.all(perturbation)[0].apply(to: tensor, field: field, first: 0).changed
        }
        #expect(try changed(Perturbation(scale: [1.1])) == [false, false, true])
        #expect(try changed(Perturbation(shift: [1])) == [true, false, true])
        #expect(try changed(Perturbation(shift: [0])) == [false, false, false])
    }

    @Test(
        "noise follows from the row's place, however the rows are batched, and has the spread that is asked for"
    )
    func noise() throws {
        let way = PerturbationWay.all(Perturbation(noise: 0.5))[0]
        let free = Interface.Field(name: "x", datatype: "FP32", shape: [-1, 2])
        let rows = Tensor(name: "x", shape: [1_000, 2], floats: Array(repeating: 8, count: 2_000))
        let whole = try #require(try way.apply(to: rows, field: free, first: 0).tensor.doubles)
        let tail = try #require(
            try way.apply(to: rows.rows(600..<1_000), field: free, first: 600).tensor.doubles)

        #expect(Array(whole[1_200...]) == tail)
        let mean = whole.reduce(0, +) / 2_000
        let spread = (whole.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1_999).squareRoot()
        // Standard errors: 0.5 / sqrt(2000) = 0.011 and 0.5 / sqrt(4000) = 0.008.
        #expect(abs(mean - 8) < 0.05)
        #expect(abs(spread - 0.5) < 0.04)
    }

    @Test(
        "whole numbers are rounded and held within their datatype; a move too small for them changes nothing"
    )
    func wholeNumbers() throws {
        let tensor = Tensor(name: "x", datatype: .uint8, shape: [1, 3], raw: [0, 100, 250])
        let field = Interface.Field(name: "x", datatype: "UINT8", shape: [-1, 3])
        func moved(_ shift: Double) throws -> (values: [Double], changed: [Bool]) {
            let result = try PerturbationWay.all(Perturbation(shift: [shift]))[0].apply(
                to: tensor, field: field, first: 0)
            return (result.tensor.doubles ?? [], result.changed)
        }
        #expect(try moved(10.4).values == [10, 110, 255])
        #expect(try moved(-1).values == [0, 99, 249])
        #expect(try moved(0.2).changed == [false])
    }

    @Test(
        "every datatype of numbers holds what it is given, and the ends of its range",
        arguments: Datatype.allCases)
    func datatypes(datatype: Datatype) throws {
        guard let size = datatype.size, datatype != .bool else { return }
        let tensor = Tensor(
            name: "x", datatype: datatype, shape: [4], raw: Array(repeating: 0, count: 4 * size))
        let held = try #require(tensor.holding([0, 3, 1e30, .nan]).doubles)
        #expect(held[0] == 0)
        #expect(held[1] == 3)
        #expect(held[2] > 100)
        let isReal = [.fp16, .bf16, .fp32, .fp64].contains(datatype)
        #expect(isReal ? held[3].isNaN : held[3] == 0)
        if isReal == false { #expect(tensor.holding([-1e30, 0, 0, 0]).doubles?[0] ?? 1 <= 0) }
    }

    @Test("what does not fit the input is said in words")
    func misfits() throws {
        let numbers = Tensor(name: "x", shape: [1, 2], floats: [1, 2])
        let text = Tensor(name: "x", shape: [1], strings: [Array("a".utf8)])
        func fault(_ perturbation: Perturbation, _ tensor: Tensor) -> String? {
            do {
                _ = try PerturbationWay.all(perturbation)[0].apply(to: tensor, field: field, first: 0)
                return nil
            } catch { return "\(error)" }
        }
        #expect(
            fault(Perturbation(change: [.init(element: 2, by: 1)]), numbers)?.contains(
                "a row has 2, counted from 0") == true)
        #expect(
            fault(Perturbation(change: [.init(element: -1, by: 1)]), numbers)?.contains("element -1")
                == true)
        #expect(fault(Perturbation(scale: [2]), text)?.contains("holds no numbers") == true)
        #expect(fault(Perturbation(replace: ["a": "b"]), numbers)?.contains("holds no text") == true)
    }

    @Test(
        "whole words and phrases are replaced, all at once",
        arguments: [
            (["good": "bad"], "a good deal of goods", "a bad deal of goods"),
            (["good": "bad", "bad": "good"], "good bad", "bad good"),
            (["not good": "bad", "good": "fine"], "not good, good", "bad, fine"),
            (["he": "she"], "he; the he", "she; the she"),
            (["a": "b"], "", ""), (["!": "."], "no!way!", "no.way."), (["x": ""], "x y x", " y "),
            (["Good": "bad"], "good", "good"),
            (["café": "bar"], "le café.", "le bar."), (["": "z"], "abc", "abc"),
        ])
    func words(words: [String: String], text: String, expected: String) {
        #expect(TextReplacement(words).apply(text) == expected)
    }

    @Test("rows of text say which of them hold a word")
    func texts() throws {
        let tensor = Tensor(
            name: "text", shape: [2], strings: [Array("so good".utf8), Array("so so".utf8)])
        let field = Interface.Field(name: "text", datatype: "BYTES", shape: [-1])
        let result = try PerturbationWay.all(Perturbation(replace: ["good": "fine"]))[0].apply(
            to: tensor, field: field, first: 0)
        #expect(result.tensor.jsonElements == ["so fine", "so so"])
        #expect(result.changed == [true, false])
    }
}
