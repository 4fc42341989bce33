import Contracts
import Spool

/// A segment's records, each with the JSON that is kept.
struct SegmentContent: Sendable {
    var predictions: [(record: PredictionRecord, json: String)] = []
    var exposures: [(record: ExposureRecord, json: String)] = []
    var losses: [SpoolLoss] = []

    var count: Int { predictions.count + exposures.count + losses.count }

    /// Reads a segment's bytes; a torn, changed or strange one is a 422.
    init(_ bytes: [UInt8]) throws(Problem) {
        let lines: [SpoolLine]
        do throws(SpoolSegment.Corrupt) {
            lines = try SpoolSegment.lines(bytes)
        } catch {
            throw Problem(.segmentCorrupt, "\(error)")
        }
        for (index, line) in lines.enumerated() {
            do {
                try add(line)
            } catch let fault as RecordReader.Fault {
                throw Problem(.segmentCorrupt, errors: [FieldFault("lines[\(index)]", expected: fault.description)])
            } catch {
                throw Problem(.segmentCorrupt, errors: [FieldFault("lines[\(index)]", expected: "a counted loss")])
            }
        }
    }

    private mutating func add(_ line: SpoolLine) throws {
        let json = String(decoding: line.json, as: UTF8.self)
        switch line.kind {
        case .prediction:
            let record = try RecordReader.prediction(line.json)
            guard record.rows > 0 else { throw RecordReader.Fault(description: "rows: expected a whole number above 0") }
            predictions.append((record, json))
        case .exposure: exposures.append((try RecordReader.exposure(line.json), json))
        case .loss: losses.append(try line.decode(SpoolLoss.self))
        }
    }
}
