import Contracts
import Foundation
import ServiceTestSupport
import Spool
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

    @Test("predictions can be read at once and after a restart, and --no-log keeps none")
    func log() async throws {
        try await withFolder { folder in
            try folder.put(try SampleModel.bytes(1), "digits", 1)
            for round in 1...2 {
                try await folder.running { probe in
                    for _ in 0..<3 { #expect(try await probe.answer("digits") == .version(1)) }
                    // With no waiting: a record is there before its answer leaves.
                    let count = try Self.records(folder).count
                    #expect(count == 3 * round)
                }
            }
            let record = try #require(try Self.records(folder).last)
            #expect(record["capability"] == "digits")
            #expect(record["outputs"]?["label"] == [10])
            #expect(record["inputs"]?["pixels"] == [9, 9, 1, 1])
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

    private static func records(_ folder: FolderFixture) throws -> [JSONValue] {
        var reader = SpoolReader(folder: folder.log.path)
        var records: [JSONValue] = []
        try reader.read { records.append(try $0.decode(JSONValue.self)) }
        return records
    }

    @Test("the log's folder stays within its MiB, and what stays is the newest")
    func bounded() async throws {
        try await withFolder { folder in
            try folder.put(try SampleModel.bytes(1), "digits", 1)
            let rows = [[Double]](repeating: [9, 9, 1, 1], count: 1_000)
            try await folder.running(["--log-mib", "8"]) { probe in
                // A row's record is 16 bytes of pixels, 8 of the label and 8 of the scores.
                for _ in 0..<320 {
                    let answer = try await probe.send("POST", "/v2/models/digits/infer", json: SampleModel.request(rows))
                    #expect(answer.status == 200)
                }
                let last = try await probe.send("POST", "/v2/models/digits/infer", json: SampleModel.request([[2, 2, 1, 1]]))
                let records = try Self.records(folder)
                #expect((180...280).contains(records.count))
                #expect(records.last?["requestId"]?.stringValue == last[header: "x-request-id"])
                let bytes = try FileManager.default.subpathsOfDirectory(atPath: folder.log.path).reduce(0) {
                    let facts = try FileManager.default.attributesOfItem(atPath: folder.log.path + "/" + $1)
                    return $0 + (facts[.type] as? FileAttributeType == .typeRegular ? facts[.size] as? Int ?? 0 : 0)
                }
                #expect(bytes <= 9 << 20, "\(bytes) bytes on disk")
            }
        }
    }
}
