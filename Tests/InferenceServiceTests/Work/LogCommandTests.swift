import Contracts
import Foundation
import Spool
import Tensors
import TestSupport
import Testing

@testable import InferenceService

/// `inference log` as somebody calls it.
@Suite("Reading the prediction log", .serialized)
struct LogCommandTests {
    /// Records as the service writes them, their numbers as they lie in memory.
    private static func append(_ numbers: Range<Int>, to spool: Spool) {
        for number in numbers {
            var record = JSONWriter()
            record.raw(#"{"requestId":"r"#)
            record.integer(number)
            record.raw(#"","time":"2026-01-02T03:04:05.678Z","capability":"digits","version":3,"rows":1,"microseconds":42,"#)
            record.raw(#""outputs":{"p":"#)
            RecordedTensor.append(Tensor(name: "p", shape: [1, 10], floats: (0..<10).map { Float($0) / 4 }), to: &record)
            record.raw(#","label":"#)
            RecordedTensor.append(Tensor(name: "label", shape: [1], integers: [7]), to: &record)
            record.raw(#"},"context":{},"inputs":{}}"#)
            let isTaken = record.withUnsafeBytes { spool.append(.prediction, $0, countedFor: SpoolLoss.Key(kind: .prediction)) }
            #expect(isTaken)
        }
    }

    @Test("a line tells a prediction, with --json the whole record")
    func prints() async throws {
        try await withTemporaryFolder { folder in
            let spool = try Spool(folder: folder.path, limits: SpoolLimits(segmentBytes: 2_000), retention: .newest)
            Self.append(0..<30, to: spool)
            let lines = try CommandLineTests.run(["log", folder.path]).text.split(separator: "\n")
            let json = try CommandLineTests.run(["log", folder.path, "--json"])

            #expect(lines.count == 30)
            #expect(lines[4] == "2026-01-02T03:04:05.678Z  digits/3  1 row  42 us  r4  label=[7]  p=[0,0.25,0.5,0.75,1,1.25,1.5,1.75,… 10]")
            #expect(json.code == 0)
            let records = try json.text.split(separator: "\n").map { try WireJSON.decode(JSONValue.self, from: Data($0.utf8)) }
            #expect(records.map { $0["requestId"]?.stringValue } == (0..<30).map { "r\($0)" })
            #expect(records[29]["outputs"] == ["label": [7], "p": [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25]])
        }
    }

    @Test("what was dropped is told beside the records, and an empty log prints nothing")
    func losses() async throws {
        try await withTemporaryFolder { folder in
            #expect(try CommandLineTests.run(["log", folder.path]).text.isEmpty)
            let spool = try Spool(folder: folder.path, limits: SpoolLimits(recordBytes: 400), retention: .newest)
            let long = SpoolLine(kind: .prediction, json: [UInt8](repeating: 32, count: 500))
            for _ in 0..<3 { #expect(!spool.append(long, countedFor: .init(kind: .prediction))) }
            Self.append(0..<1, to: spool)
            let outcome = try CommandLineTests.run(["log", folder.path, "--json"])
            #expect(outcome.text.contains("3 records were dropped"))
            #expect(outcome.text.contains(#""requestId":"r0""#))
        }
    }

    @Test("--follow goes on with what is logged, over segments and restarts of the service")
    func follows() async throws {
        try await withTemporaryFolder { folder in
            let output = folder.appending(path: "output")
            let log = folder.appending(path: "log").path
            try Data().write(to: output)
            let limits = SpoolLimits(segmentBytes: 2_000)
            var spool: Spool? = try Spool(folder: log, limits: limits, retention: .newest)
            let process = Process()
            process.executableURL = Checkout.root.appending(path: ".build/debug/inference")
            process.arguments = ["log", log, "--follow", "--json"]
            process.standardOutput = try FileHandle(forWritingTo: output)
            try process.run()
            defer {
                process.terminate()
                process.waitUntilExit()
            }
            for round in 0..<4 {
                if round == 2 {
                    spool = nil
                    spool = try Spool(folder: log, limits: limits, retention: .newest)
                }
                if let spool { Self.append((round * 12)..<(round * 12 + 12), to: spool) }
                try await eventually {
                    let lines = try String(contentsOf: output, encoding: .utf8).split(separator: "\n")
                    let ids = try lines.map { try WireJSON.decode(JSONValue.self, from: Data($0.utf8))["requestId"]?.stringValue }
                    return ids == (0..<(round * 12 + 12)).map { "r\($0)" } ? nil : "\(ids.count) records"
                }
            }
            #expect(process.isRunning)
        }
    }
}
