import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

@Suite("A folder of models", .serialized)
struct StandAloneTests {
    @Test("the newest version answers with no token, others by number, with the interface that the file has")
    func serves() async throws {
        try await withFolder { folder in
            try folder.put(try SampleModel.bytes(1), "digits", 1)
            try folder.put(try SampleModel.bytes(2), "digits", 2)
            try await folder.running { probe in
                #expect(try await probe.answer("digits") == .version(2))
                #expect(try await probe.answer("digits", version: "1") == .version(1))
                #expect(try await probe.answer("digits", version: "champion") == .version(2))
                #expect(try await probe.answer("digits", version: "latest") == .version(2))
                #expect(try await probe.answer("digits", version: "3") == .status(404))
                let metadata = try await probe.send("GET", "/v2/models/digits")
                #expect(metadata.json["versions"] == ["1", "2"])
                #expect(metadata.json["inputs"] == [["name": "pixels", "datatype": "FP32", "shape": [-1, 4]]])
                #expect(metadata.json["outputs"]?.arrayValue?.count == 2)
            }
        }
    }

    @Test("a new version, one that is replaced, and one that goes are noticed by themselves")
    func watched() async throws {
        try await withFolder { folder in
            try folder.put(try SampleModel.bytes(1), "digits", 1)
            try await folder.running { probe in
                try folder.put(try SampleModel.bytes(2), "digits", 2)
                try await eventually { try await probe.answer("digits") == .version(2) ? nil : "the old one" }
                try folder.put(try SampleModel.bytes(5), "digits", 2)
                try await eventually { try await probe.answer("digits") == .version(5) ? nil : "the old one" }
                try FileManager.default.removeItem(at: folder.models.appending(path: "digits/2"))
                try await eventually { try await probe.answer("digits") == .version(1) ? nil : "the new one" }
                try folder.put(try SampleModel.bytes(7), "more", 1)
                try await eventually { try await probe.answer("more") == .version(7) ? nil : "none" }
            }
        }
    }

    @Test("a file that is no model is refused in the engine's words, and the old one serves on")
    func badFile() async throws {
        try await withFolder { folder in
            try folder.put(try SampleModel.bytes(1), "digits", 1)
            try await folder.running { probe in
                try folder.put(Array("no model".utf8), "digits", 2)
                let load = try await probe.load("digits")
                #expect(load.status == 422)
                #expect(load.json["error"]?.stringValue?.contains("Version 2 of digits cannot be loaded") == true)
                #expect(try await probe.answer("digits") == .version(1))
                let state1 = try await probe.index()["digits/2"]
                #expect(state1?.lowercased().contains("protobuf") == true)
                // The same for a file that takes the place of one in use.
                try folder.put(Array("no model either".utf8), "digits", 1)
                try await eventually { try await probe.index()["digits/1"]?.contains("READY ") == true ? "not noticed" : nil }
                #expect(try await probe.answer("digits") == .version(1))
                try folder.put(try SampleModel.bytes(3), "digits", 2)
                #expect(try await probe.load("digits").status == 200)
                #expect(try await probe.answer("digits") == .version(3))
            }
        }
    }

    @Test("interface.json narrows what is taken and adds context; a fault in it is told")
    func interface() async throws {
        try await withFolder { folder in
            try folder.put(try SampleModel.bytes(1), "digits", 1)
            try folder.put(
                """
                {"inputs":[{"name":"pixels","datatype":"FP32","shape":[-1,4],"minimum":0,"maximum":5}],
                 "outputs":[{"name":"label","datatype":"INT64","shape":[-1]}],"context":[{"name":"source","datatype":"BYTES"}]}
                """, "digits", file: "interface.json")
            try await folder.running { probe in
                let refused = try await probe.send("POST", "/v2/models/digits/infer", json: SampleModel.request([[9, 9, 1, 1]]))
                #expect(refused.status == 400)
                #expect(refused.json["error"]?.stringValue?.contains("pixels") == true)
                let taken = try await probe.send(
                    "POST", "/v2/models/digits/infer", json: SampleModel.request([[2, 2, 1, 1]], more: #","parameters":{"source":"a"}"#))
                #expect(taken.status == 200)
                #expect(taken.json["outputs"]?.arrayValue?.count == 1)

                try folder.put(#"{"inputs":[{"name":"pixels"}],"outputs":[]}"#, "digits", file: "interface.json")
                try await eventually {
                    let reason = try await probe.index()["digits/1"] ?? ""
                    return reason.contains("interface.json: inputs.Index 0.datatype must be present") ? nil : reason
                }
            }
        }
    }

    @Test("config.json says how a model is served; what it may not say is told by name")
    func config() async throws {
        try await withFolder { folder in
            for name in ["good", "bad", "odd"] { try folder.put(try SampleModel.bytes(1), name, 1) }
            try folder.put(#"{"threads":2,"batching":{"maximumRows":8,"maximumDelayMicroseconds":100}}"#, "good", file: "config.json")
            try folder.put(#"{"threads":0}"#, "bad", file: "config.json")
            try folder.put(#"{"provider":"cuda"}"#, "odd", file: "config.json")
            try await folder.running { probe in
                let config = try await probe.send("GET", "/v2/models/good/config")
                #expect(config.json["max_batch_size"] == 8)
                #expect(try await probe.answer("good") == .version(1))
                let index = try await probe.index()
                #expect(index["bad/1"]?.contains("config.json: serving.threads must be a whole number from 1 to 256") == true)
                #expect(index["odd/1"]?.contains("cuda") == true)
                #expect(try await probe.answer("bad") == .status(503))
            }
        }
    }

    @Test("predictions become files of JSON Lines, the oldest go when they are too many, and --no-log keeps none")
    func log() async throws {
        try await withFolder { folder in
            try folder.put(try SampleModel.bytes(1), "digits", 1)
            try await folder.running { probe in
                for _ in 0..<3 { #expect(try await probe.answer("digits") == .version(1)) }
                try await eventually {
                    let lines = try Self.lines(folder)
                    return lines.count == 3 ? nil : "\(lines.count) lines"
                }
                let record = try #require(try Self.lines(folder).first)
                #expect(record["capability"] == "digits")
                #expect(record["outputs"]?["label"] != nil)
            }
        }
        try await withFolder { folder in
            try folder.put(try SampleModel.bytes(1), "digits", 1)
            let arguments = ["--models", folder.models.path, "--no-log"]
            try await withRunning(try folder.service(alone: arguments)) { probe in
                try await eventually { try await probe.answer("digits") == .version(1) ? nil : "not yet" }
            }
            #expect(!FileManager.default.fileExists(atPath: folder.log.path))
        }
    }

    private static func lines(_ folder: FolderFixture) throws -> [JSONValue] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.log.path).filter { $0.hasSuffix(".jsonl") }
        return try names.sorted().flatMap { name in
            try String(contentsOf: folder.log.appending(path: name), encoding: .utf8).split(separator: "\n").map {
                try WireJSON.decode(JSONValue.self, from: Data($0.utf8))
            }
        }
    }

    @Test("the log's folder stays within its budget, by dropping the oldest files")
    func bounded() async throws {
        try await withTemporaryFolder { root in
            let log = try LocalPredictionLog(folder: root.path, budget: 1000)
            let line = SpoolLineFixture.segment(bytes: 300)
            for number in 1...6 { #expect(try log.take("s", "\(number)", line) == 204) }

            let names = try FileManager.default.contentsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".jsonl") }.sorted()
            #expect(names == ["predictions-s-00000004.jsonl", "predictions-s-00000005.jsonl", "predictions-s-00000006.jsonl"])
            #expect(try log.take("s", "7", [1, 2, 3]) == 422)
        }
    }
}
