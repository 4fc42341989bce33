import Contracts
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

@Suite("Models of any kind", .serialized)
struct AnyModelTests {
    static func infer(_ probe: HTTPProbe, _ model: String, _ inputs: String) async throws -> ProbeAnswer {
        try await probe.send("POST", "/v2/models/\(model)/infer", json: #"{"inputs":[\#(inputs)]}"#)
    }

    static func data(_ answer: ProbeAnswer, _ output: String) -> JSONValue? {
        answer.json["outputs"]?.arrayValue?.first { $0["name"]?.stringValue == output }?["data"]
    }

    static func shape(_ answer: ProbeAnswer, _ output: String) -> JSONValue? {
        answer.json["outputs"]?.arrayValue?.first { $0["name"]?.stringValue == output }?["shape"]
    }

    @Test("images, token ids with a mask, trees, texts, sequences and a model of one row serve from a folder with the file's own interface")
    func folder() async throws {
        try await withFolder { folder in
            try folder.put(try ModelZoo.vision(), "vision", 1)
            try folder.put(try ModelZoo.text(), "text", 1)
            try folder.put(try ModelZoo.trees(mapped: false), "trees", 1)
            try folder.put(try ModelZoo.trees(mapped: true), "mapped", 1)
            try folder.put(try ModelZoo.strings(), "strings", 1)
            try folder.put(try ModelZoo.sequence(), "sequence", 1)
            try folder.put(try ModelZoo.single(), "single", 1)
            try await folder.running { probe in
                let index = try await probe.index()
                #expect(index.values.allSatisfy { $0 == "READY " }, "\(index)")
                try await Self.images(probe)
                try await Self.texts(probe)
                try await Self.trees(probe)
                try await Self.sequences(probe)
            }
        }
    }

    private static func images(_ probe: HTTPProbe) async throws {
        let pixels = Array(repeating: "1", count: 2 * 3 * 64).joined(separator: ",")
        let vision = try await infer(probe, "vision", #"{"name":"image","datatype":"FP32","shape":[2,3,8,8],"data":[\#(pixels)]}"#)
        #expect(vision.status == 200, "\(vision.text)")
        #expect(shape(vision, "scores") == [2, 4])
        let scores = data(vision, "scores")?.arrayValue?.compactMap(\.doubleValue) ?? []
        #expect(scores.count == 8 && scores.prefix(4) == scores.suffix(4) && scores[0] > 0)
    }

    private static func texts(_ probe: HTTPProbe) async throws {
        // Tokens 1 and 3 count, 5 does not: the mean of (2, 3) and (6, 7).
        let text = try await infer(
            probe, "text",
            #"{"name":"input_ids","datatype":"INT64","shape":[1,3],"data":[1,3,5]},"#
                + #"{"name":"attention_mask","datatype":"INT64","shape":[1,3],"data":[1,1,0]}"#)
        #expect(data(text, "embedding")?.arrayValue?.compactMap(\.doubleValue) == [4, 5], "\(text.text)")
        let longer = try await infer(
            probe, "text",
            #"{"name":"input_ids","datatype":"INT64","shape":[2,1],"data":[0,9]},"#
                + #"{"name":"attention_mask","datatype":"INT64","shape":[2,1],"data":[1,1]}"#)
        #expect(data(longer, "embedding")?.arrayValue?.compactMap(\.doubleValue) == [0, 1, 18, 19])
        let strings = try await infer(probe, "strings", #"{"name":"text","datatype":"BYTES","shape":[3,1],"data":["yes","","nä"]}"#)
        #expect(data(strings, "echo") == ["yes", "", "nä"], "\(strings.text)")
        #expect(data(strings, "code") == [1, 0, 0])
    }

    private static func trees(_ probe: HTTPProbe) async throws {
        for model in ["trees", "mapped"] {
            let trees = try await infer(probe, model, #"{"name":"x","datatype":"FP32","shape":[2,2],"data":[0,0,1,0]}"#)
            #expect(data(trees, "label") == [7, 9], "\(trees.text)")
        }
        let maps = try await probe.send("GET", "/v2/models/mapped")
        #expect(maps.json["outputs"] == [["name": "label", "datatype": "INT64", "shape": [-1]]])
    }

    private static func sequences(_ probe: HTTPProbe) async throws {
        for length in [1, 3, 7] {
            let ones = Array(repeating: "1", count: length * 2).joined(separator: ",")
            let answer = try await infer(
                probe, "sequence", #"{"name":"steps","datatype":"FP32","shape":[1,\#(length),2],"data":[\#(ones)]}"#)
            #expect(data(answer, "sums")?.arrayValue?.last?.doubleValue == Double(length), "\(answer.text)")
        }
        let one = try await infer(probe, "single", #"{"name":"x","datatype":"FP64","shape":[1,2],"data":[1,2]}"#)
        #expect(data(one, "y")?.arrayValue?.compactMap(\.doubleValue) == [-1, -2], "\(one.text)")
        let two = try await infer(probe, "single", #"{"name":"x","datatype":"FP64","shape":[2,2],"data":[1,2,3,4]}"#)
        #expect(two.status == 400)
        #expect(two.json["error"]?.stringValue?.contains("input x") == true)
    }
}
