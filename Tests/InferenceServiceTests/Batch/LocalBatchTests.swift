import Contracts
import Foundation
import ONNX
import ServiceTestSupport
import Settings
import Tables
import TestSupport
import Testing

@testable import InferenceService

@Suite("Batch inference with no mesh around it")
struct LocalBatchTests {
    private static let interface = """
        {"inputs": [{"name": "pixels", "datatype": "FP32", "shape": [-1, 4], "minimum": 0, "maximum": 16}],
         "outputs": [{"name": "label", "datatype": "INT64", "shape": [-1]}, {"name": "p", "datatype": "FP32", "shape": [-1, 2]}]}
        """

    private func run(_ fixture: FolderFixture, _ arguments: [String], environment: [String: String] = [:]) throws
        -> CommandLineTests.Outcome
    {
        try CommandLineTests.run(
            ["batch", "--models", fixture.models.path] + arguments,
            environment: ["MESH_DUCKDB": BatchFixture.library("libduckdb.so", "MESH_DUCKDB")].merging(environment) { $1 })
    }

    private func withDigits(_ body: (FolderFixture, URL) async throws -> Void) async throws {
        try await withFolder { fixture in
            for version in [1, 2] { try fixture.put(try SampleModel.bytes(version), "digits", version) }
            try fixture.put(Self.interface, "digits", file: "interface.json")
            try await body(fixture, fixture.root)
        }
    }

    @Test("rows in, predictions out, in any format; what is wrong with rows is said and ends in status 1")
    func predicts() async throws {
        try await withDigits { fixture, folder in
            let text = "id,pixels\na,\"[9,9,1,1]\"\nb,\"[9,9,1]\"\nc,\"[1,1,9,9]\"\n"
            let (input, output) = (folder.appending(path: "in.csv"), folder.appending(path: "out.jsonl"))
            try Data(text.utf8).write(to: input)

            let some = try run(
                fixture, ["--model", "digits", "--version", "1", "--keep", "label", "--input", input.path, "--output", output.path])

            #expect(some.code == 1 && some.text.contains("row 1: input pixels has 3 elements, expected 4"), "\(some)")
            #expect(some.text.contains("3 of 3 rows"))
            #expect(
                try String(contentsOf: output, encoding: .utf8) == """
                    {"row":0,"id":"a","label":10,"error":null}
                    {"row":1,"id":"b","label":null,"error":"input pixels has 3 elements, expected 4"}
                    {"row":2,"id":"c","label":11,"error":null}

                    """)

            try Data(BatchRows.jsonl(3000)).write(to: folder.appending(path: "many.jsonl"))
            let many = folder.appending(path: "many.csv")
            let all = try run(
                fixture, ["--model", "digits", "--input", folder.appending(path: "many.jsonl").path, "--output", many.path],
                environment: ["BATCH_SHARD_ROWS": "500"])
            #expect(all.code == 0, "\(all)")
            let lines = try String(contentsOf: many, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 3001 && lines[0] == "row,id,note,label,p,error")
            // The newest version, in the order of the input.
            #expect(lines[1].hasPrefix("0,r0,note 0,2") && lines[3000].hasPrefix("2999,r2999,note 2,2"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasPrefix(".") })
        }
    }

    @Test("what cannot be used is told in a sentence, with a status of its own, and writes nothing")
    func refuses() async throws {
        try await withDigits { fixture, folder in
            let (input, output) = (folder.appending(path: "in.csv"), folder.appending(path: "out.csv"))
            try Data("id,other\na,1\n".utf8).write(to: input)
            let files = ["--input", input.path, "--output", output.path]
            let cases: [([String], Int32, String)] = [
                (["--model", "digits"] + files, 65, "there is no column for input pixels: the columns are id, other"),
                (["--model", "nothing"] + files, 65, "There is no model nothing"),
                (["--model", "digits", "--version", "9"] + files, 65, "has no version 9"),
                (["--model", "digits", "--keep", "q"] + files, 65, "its outputs are label, p"),
                (["--model", "digits", "--input", input.path], 78, "--output is missing"),
                (["--model", "digits", "--input", "/nowhere.csv", "--output", "x.xls"], 78, "must end in .csv, .jsonl or .parquet"),
            ]
            for (arguments, status, text) in cases {
                let outcome = try run(fixture, arguments)
                #expect(outcome.code == status && outcome.text.contains(text), "\(arguments): \(outcome)")
            }
            #expect(!FileManager.default.fileExists(atPath: output.path))
            #expect(try run(fixture, ["--help"]).text.contains("inference batch --models DIR --model NAME"))
        }
    }

    @Test("rows as large as images, as lines of JSON, within the memory that there is")
    func largeRows() async throws {
        try await withFolder { fixture in
            let width = 3 * 224 * 224
            let weights = (0..<2 * width).map { $0 % 2 == 0 ? Float(1) : -1 }
            let layer = ONNXModel.Layer(weights: weights, bias: [0, 0], inputs: width)
            let model = ONNXModel.classifier([layer], classes: [7, 8], input: "image", label: "label", probabilities: "p")
            try fixture.put(try model.bytes(), "wide", 1)
            let numbers = (0..<width - 1).map { "\(Float($0 % 255) / 255)" }.joined(separator: ",")
            let input = fixture.root.appending(path: "in.jsonl")
            let rows = 12
            // Sums above and below 0 in turns.
            let lines = (0..<rows).map { #"{"id":"r\#($0)","image":[\#($0 % 2 == 0 ? "0" : "-9e5"),\#(numbers)]}"# + "\n" }
            try Data(lines.joined().utf8).write(to: input)
            let output = fixture.root.appending(path: "out.csv")

            let outcome = try run(
                fixture, ["--model", "wide", "--keep", "label", "--input", input.path, "--output", output.path],
                environment: ["BATCH_MEMORY_MIB": "128"])

            #expect(outcome.code == 0, "\(outcome)")
            let expected = (0..<rows).map { "\($0),r\($0),\($0 % 2 == 0 ? 7 : 8),\n" }.joined()
            #expect(try String(contentsOf: output, encoding: .utf8) == "row,id,label,error\n" + expected)
        }
    }
}
