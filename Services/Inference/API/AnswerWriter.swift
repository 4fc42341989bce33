import Compression
import Contracts
import Foundation
import HTTPService
import NIOCore
import Scheduling
import Tensors

/// Writes the answer of a request that was run, and its record before that.
struct AnswerWriter: Sendable {
    /// Bytes below which compressing an answer gains nothing.
    static let leastCompressed = 256

    private static let json = HeaderLines([("content-type", "application/json")])

    /// Nil where no log is kept.
    private let log: PredictionLog?
    private let tracer: RequestTracer
    private let writers: WriterPool

    /// - Parameter threads: of the engine; as many event loops write answers as well.
    init(log: PredictionLog?, tracer: RequestTracer, threads: Int) {
        self.log = log
        self.tracer = tracer
        writers = WriterPool(threads: 2 * threads)
    }

    /// Answers, records and counts.
    func answer(_ call: InferenceCall, _ model: LoadedModel, _ read: ReadRequest, _ outcome: EngineOutcome) {
        writers.withWriters { writers in
            let start = Monotonic.now()
            let response = Self.response(call, read, outcome)
            let length = response.write(into: &writers.answer, for: read.request)
            let body = writers.answer.bytes
            if let log, call.isTraffic {
                log.append(call, read, outcome.outputs, nanoseconds: Monotonic.now() - call.started, using: &writers.record)
            }
            let sent = Self.send(call, body, headerLength: length)
            count(call, model, read, outcome, output: Monotonic.now() - start, bytesOut: sent)
        }
    }

    private static func response(_ call: InferenceCall, _ read: ReadRequest, _ outcome: EngineOutcome) -> InferenceResponse {
        let id = call.request.requestID.description
        var response = InferenceResponse(
            modelName: call.served.name, modelVersion: call.served.version, id: read.request.id ?? id,
            outputs: asked(outcome.outputs, by: read))
        response.texts = [("request_id", id)]
        response.facts = [("batch_rows", outcome.runRows), ("queue_us", outcome.waited / 1_000)]
        return response
    }

    /// The outputs that the request asks for, in its order; all of them when it names none. Of some it may want the highest classes only.
    private static func asked(_ outputs: [Tensor], by read: ReadRequest) -> [Tensor] {
        guard let wanted = read.request.outputs else { return outputs }
        return wanted.compactMap { wish in
            guard let output = outputs.first(where: { $0.name == wish.name }) else { return nil }
            guard let classes = read.classes[wish.name] else { return output }
            return try? Classification.highest(classes, of: output)
        }
    }

    /// Sends an answer that nothing is recorded of.
    static func send(_ call: InferenceCall, _ response: InferenceResponse, for request: InferenceRequest) {
        let (body, length) = response.encoded(for: request)
        _ = send(call, body, headerLength: length)
    }

    /// Sends a body, compressed where the client asks for that; gives its length.
    private static func send(_ call: InferenceCall, _ body: [UInt8], headerLength: Int?) -> Int {
        guard headerLength != nil || call.header("accept-encoding") != nil else {
            call.responder.respond(lines: json, bytes: body)
            return body.count
        }
        var lines = [(name: "content-type", value: headerLength == nil ? "application/json" : "application/octet-stream")]
        if let headerLength { lines.append((name: "inference-header-content-length", value: String(headerLength))) }
        let coding = body.count < leastCompressed ? nil : ContentCoding.accepted(call.header("accept-encoding"))
        if let coding { lines.append((name: "content-encoding", value: coding.rawValue)) }
        let sent = coding.map { Compression.encode(body, $0) } ?? body
        call.responder.respond(lines: HeaderLines(lines), bytes: sent)
        return sent.count
    }

    private func count(
        _ call: InferenceCall, _ model: LoadedModel, _ read: ReadRequest, _ outcome: EngineOutcome, output: Int, bytesOut: Int
    ) {
        let total = Monotonic.now() - call.started
        if !outcome.isCached {
            let times = ComputeTimes(input: read.time + outcome.times.input, infer: outcome.times.infer, output: output)
            model.lane.statistics.ran(
                rows: read.checked.rows, total: total, waited: outcome.waited, times, bytesIn: call.request.body.readableBytes,
                bytesOut: bytesOut, at: Date(timeIntervalSince1970: Double(call.arrival) / 1_000), isOwnRun: outcome.isOwnRun)
        }
        guard tracer.takes(call.served.name) else { return }
        tracer.write(
            call.request.requestID, model: call.served.name, version: call.served.number, rows: read.checked.rows,
            times: [
                "read": .nanoseconds(read.time), "queue": .nanoseconds(outcome.waited), "infer": .nanoseconds(outcome.times.infer),
                "write": .nanoseconds(output), "total": .nanoseconds(total),
            ])
    }
}
