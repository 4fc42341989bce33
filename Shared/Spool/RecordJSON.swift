import Contracts
import Foundation

/// Writes the records of the prediction path as JSON without Foundation's encoder, which costs many times as much.
enum RecordJSON {
    static func bytes(_ record: PredictionRecord) -> [UInt8] {
        var writer = RecordWriter(capacity: 512)
        writer.member("requestId", record.requestId.description)
        writer.member("time", record.time)
        writer.member("capability", record.capability)
        writer.member("version", record.version)
        writer.member("team", record.team)
        if let experiment = record.experiment { writer.member("experiment", experiment) }
        if let variant = record.variant { writer.member("variant", variant) }
        writer.member("shadow", .bool(record.shadow))
        if let unit = record.unit { writer.member("unit", unit) }
        writer.member("rows", record.rows)
        writer.member("microseconds", record.microseconds)
        writer.member("inputs", .object(record.inputs))
        writer.member("outputs", .object(record.outputs))
        writer.member("context", .object(record.context.mapValues { .array($0) }))
        return writer.finish()
    }

    static func bytes(_ record: ExposureRecord) -> [UInt8] {
        var writer = RecordWriter(capacity: 320)
        writer.member("requestId", record.requestId.description)
        writer.member("time", record.time)
        writer.member("capability", record.capability)
        writer.member("experiment", record.experiment)
        writer.member("phase", record.phase)
        writer.member("variant", record.variant)
        writer.member("unit", record.unit)
        writer.member("failed", .bool(record.failed))
        writer.member("microseconds", record.microseconds)
        return writer.finish()
    }
}
