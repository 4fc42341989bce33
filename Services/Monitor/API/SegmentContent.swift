import Contracts
import Spool

/// A segment's records, each with the JSON that is kept; a record that cannot be read counts as lost.
struct SegmentContent: Sendable {
    var predictions: [(record: PredictionRecord, json: String)] = []
    var exposures: [(record: ExposureRecord, json: String)] = []
    var losses: [SpoolLoss] = []
    /// Records that are none.
    var unreadable = 0

    var count: Int { predictions.count + exposures.count + losses.count }

    /// Reads a segment's bytes; a torn or changed one is a 422.
    init(_ bytes: [UInt8]) throws(Problem) {
        let lines: [SpoolLine]
        do throws(SpoolSegment.Corrupt) {
            lines = try SpoolSegment.lines(bytes)
        } catch {
            throw Problem(.segmentCorrupt, "\(error)")
        }
        for line in lines {
            do {
                try add(line)
            } catch {
                // One record must not be in the way of what others asked.
                unreadable += 1
                losses.append(SpoolLoss(key: line.lossKey, count: 1))
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
