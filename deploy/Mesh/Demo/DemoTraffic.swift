import Contracts
import Foundation
import MeshClient

/// The simulated product: it sends its users' scans to the capability, and what the users say comes back as feedback.
struct DemoTraffic: Sendable {
    /// One request that was answered.
    struct Served: Sendable {
        let id: RequestID
        let user: String
        /// Version whose answer came.
        let version: Int
        let scans: [DemoScan]
        let answers: [Int]

        var correct: Int { zip(scans, answers).count { $0.digit == $1 } }
    }

    let capability: String
    let caller: DemoCaller

    /// Requests in flight at a time.
    static let concurrency = 8
    /// Feedback events in one call.
    static let batch = 500

    /// Sends one request for each user with the user's scans, several at a time; gives what was answered, in the order of the users.
    func send(_ work: [(user: String, scans: [DemoScan])]) async throws -> [Served] {
        try await withThrowingTaskGroup(of: (Int, Served).self) { group in
            var served: [Served?] = Array(repeating: nil, count: work.count)
            for (index, item) in work.enumerated() {
                if index >= Self.concurrency, let (place, answer) = try await group.next() { served[place] = answer }
                group.addTask { (index, try await ask(item.user, item.scans)) }
            }
            for try await (place, answer) in group { served[place] = answer }
            return served.compactMap(\.self)
        }
    }

    /// Tells what the users said: the true digit of each scan, and whether the answer was right.
    func giveFeedback(on served: [Served]) async throws {
        let events = served.flatMap { request in
            request.scans.indices.map { row in
                let digit = request.scans[row].digit
                return Feedback(
                    id: "\(request.id).\(row)", requestId: request.id, row: row, label: .integer(Int64(digit)),
                    values: ["correct": request.answers[row] == digit ? 1 : 0])
            }
        }
        for start in stride(from: 0, to: events.count, by: Self.batch) {
            let batch = FeedbackBatch(events: Array(events[start..<min(start + Self.batch, events.count)]))
            let receipt: FeedbackReceipt = try await caller.post(Path("v1", "monitor", "feedback"), batch)
            try expect(
                receipt.accepted + receipt.duplicates == batch.events.count, "all \(batch.events.count) feedback events to be taken",
                found: "\(receipt.accepted) accepted, \(receipt.duplicates) duplicates")
        }
    }

    private func ask(_ user: String, _ scans: [DemoScan]) async throws -> Served {
        // Not a JSON POST with an idempotency key: a prediction has no effect that a repeat would double, its log row is one of its own.
        let request = try MeshClient.json("POST", Path("v2", "models", capability, "infer"), Self.body(user, scans))
        let answer = try await caller.send(request)
        guard answer.isSuccess else { throw caller.refusal(of: request, answer) }
        let value = try answer.decode(JSONValue.self)
        let label = value["outputs"]?.arrayValue?.first { $0["name"]?.stringValue == "label" }
        let answers = (label?["data"]?.arrayValue ?? []).compactMap { $0.integerValue.map(Int.init) }
        guard let id = answer.headers[HeaderNames.requestID].flatMap({ RequestID($0) }),
            let version = value["model_version"]?.stringValue.flatMap({ Int($0) }), answers.count == scans.count
        else {
            throw DemoFault(
                expectation: "an answer with a request id, a model version and \(scans.count) labels",
                found: String(decoding: answer.body.prefix(300), as: UTF8.self))
        }
        return Served(id: id, user: user, version: version, scans: scans, answers: answers)
    }

    /// A request of the Open Inference Protocol: the pixels, the context of each row, the user as its parameter.
    static func body(_ user: String, _ scans: [DemoScan]) -> JSONValue {
        let count = JSONValue.integer(Int64(scans.count))
        let pixels = JSONValue.array(scans.flatMap { $0.pixels.map { .integer(Int64($0)) } })
        return [
            "parameters": ["user_id": .string(user)],
            "inputs": [
                ["name": "pixels", "datatype": "FP32", "shape": [count, 64], "data": pixels],
                ["name": "source", "datatype": "BYTES", "shape": [count], "data": .array(scans.map { .string($0.source) })],
                ["name": "form", "datatype": "BYTES", "shape": [count], "data": .array(scans.map { .string($0.form) })],
            ],
        ]
    }
}
