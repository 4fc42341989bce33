import Contracts
import Foundation
import Logging
import TestSupport

@testable import Spool

let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

func prediction(_ number: Int, experiment: String? = nil) -> PredictionRecord {
    PredictionRecord(
        requestId: requestID(number), time: Date(timeIntervalSince1970: 1_800_000_000 + Double(number) / 8), capability: "digits",
        version: 3,
        team: "documents", experiment: experiment, variant: nil, shadow: false, unit: "user \"\(number)\"\u{1}\n", rows: 1,
        microseconds: 125,
        inputs: ["pixels": .array((0..<64).map { .number(Double($0) / 4) })],
        outputs: ["label": [.integer(Int64(number % 10))], "probabilities": .array((0..<10).map { .number(Double($0) / 10) })],
        context: ["source": [.string("b")], "form": [.null]])
}

func exposure(_ number: Int, experiment: String = "e1", phase: Int = 2) -> ExposureRecord {
    ExposureRecord(
        requestId: requestID(number), time: Date(timeIntervalSince1970: 1_800_000_000.25), capability: "digits", experiment: experiment,
        phase: phase, variant: "challenger", unit: "ü\(number)", failed: number % 2 == 0, microseconds: 17)
}

func requestID(_ number: Int) -> RequestID {
    let digits = String(number, radix: 16)
    return RequestID(String(repeating: "0", count: 32 - digits.count) + digits) ?? RequestID()
}

func number(_ id: RequestID) -> Int { Int(id.description, radix: 16) ?? -1 }

/// What a monitor keeps: each segment once, by its spool and number.
struct Received: Sendable {
    var segments: [String: [SpoolLine]] = [:]
    var repeats = 0
    var refuse = false

    var lines: [SpoolLine] { segments.values.flatMap { $0 } }
    var predictions: [Int] {
        lines.filter { $0.kind == .prediction }.compactMap { try? number($0.decode(PredictionRecord.self).requestId) }
    }

    mutating func take(_ spool: String, _ segment: String, _ body: [UInt8]) -> Int {
        if refuse { return 503 }
        guard let lines = try? SpoolSegment.lines(body) else { return 422 }
        if segments["\(spool)/\(segment)"] != nil { repeats += 1 }
        segments["\(spool)/\(segment)"] = lines
        return 204
    }
}

/// Runs a shipper that hands segments to a recorder while the body runs.
func shipping<T: Sendable>(_ spool: Spool, to received: Recorder<Received>, _ body: @Sendable () async throws -> T) async throws -> T {
    let shipper = SpoolShipper(spool, logger: quiet, tick: .milliseconds(5), longestPause: .milliseconds(50)) { spool, segment, bytes in
        let status = Recorder(0)
        received.change { received in
            let answer = received.take(spool, segment, bytes)
            status.change { $0 = answer }
        }
        return status.value
    }
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await shipper.run() }
        defer { group.cancelAll() }
        return try await body()
    }
}
