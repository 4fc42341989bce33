import Contracts
import Foundation
import HTTPService
import NIOCore
import Spool
import Tensors

/// Writes a record of each prediction into the spool: straight from the tensors, before the answer leaves, since feedback on it must find
/// it. The record is a `PredictionRecord` as JSON, its numbers as they lie in memory (`RecordedTensor`); `omitted` has the data that was
/// left out, by name, with its bytes.
struct PredictionLog: Sendable {
    let spool: Spool

    /// Records an answered request. All outputs are kept, whatever the client asked for.
    func append(_ call: InferenceCall, _ read: ReadRequest, _ outputs: [Tensor], nanoseconds: Int, using record: inout JSONWriter) {
        let checked = read.checked
        let experiment = call.header(HeaderNames.experiment)
        Self.writeFacts(call, experiment, rows: checked.rows, microseconds: nanoseconds / 1_000, into: &record)
        let policy = call.served.settings.log
        let isSampled = Self.samples(call.request.requestID, policy.sample)
        var data = KeptData(rows: checked.rows, mostBytes: policy.maximumBytes, elements: RecordedTensor.append)
        record.raw(",\"outputs\":")
        data.write(outputs, into: &record)
        record.raw(",\"context\":")
        data.write(checked.context, into: &record)
        record.raw(",\"inputs\":")
        data.write(checked.inputs, into: &record) { isSampled && !policy.redacted.contains($0) }
        if !data.omitted.isEmpty {
            record.raw(",\"omitted\":")
            record.value(.object(Dictionary(data.omitted.map { ($0.name, .integer(Int64($0.bytes))) }) { first, _ in first }))
        }
        record.raw("}")
        _ = record.withUnsafeBytes { json in
            spool.append(.prediction, json, countedFor: SpoolLoss.Key(kind: .prediction, experiment: experiment))
        }
    }

    private static func writeFacts(
        _ call: InferenceCall, _ experiment: String?, rows: Int, microseconds: Int, into record: inout JSONWriter
    ) {
        record.raw("{\"requestId\":")
        record.string(call.request.requestID.description)
        record.raw(",\"time\":\"")
        var time: [UInt8] = []
        time.reserveCapacity(24)
        RecordTime.append(milliseconds: call.arrival, to: &time)
        record.raw(time)
        record.raw("\",\"capability\":")
        record.string(call.served.name)
        record.raw(",\"version\":")
        record.integer(call.served.number)
        record.raw(",\"team\":")
        record.string(call.request.caller.team)
        if let experiment {
            record.raw(",\"experiment\":")
            record.string(experiment)
        }
        if let variant = call.header(HeaderNames.variant) {
            record.raw(",\"variant\":")
            record.string(variant)
        }
        // The router percent-encodes the unit of an experiment, which may be any text; another one is as the client wrote it.
        if let unit = call.header(HeaderNames.unit) {
            record.raw(",\"unit\":")
            record.string(experiment == nil ? unit : unit.removingPercentEncoding ?? unit)
        }
        if call.isShadow { record.raw(",\"shadow\":true") } else { record.raw(",\"shadow\":false") }
        record.raw(",\"rows\":")
        record.integer(rows)
        record.raw(",\"microseconds\":")
        record.integer(microseconds)
    }

    /// Whether a request is in the share whose inputs are kept: the same answer for the same id, whoever asks.
    static func samples(_ id: RequestID, _ share: Double) -> Bool {
        guard share < 1 else { return true }
        let number = UInt32(id.description.prefix(8), radix: 16) ?? 0
        return Double(number) < share * 4_294_967_296
    }
}
