import Contracts
import Foundation

/// The blob, version 1: the line `mlmesh suite rows 1`, a line of JSON `{"rows": n, "slices": [names], "values": [JSON values]}`, then
/// for each row in the order of the ids' bytes
/// - how many bytes its id shares with the one before, how many follow, and these (front coding);
/// - the place of its label and the place of its answer in `values` (each value once, in canonical order);
/// - 0 wrong, 1 right, 2 neither (numbers);
/// - how many slices it is in, and the place of each less that of the one before.
/// Counts and places are LEB128 without a sign. The same rows give the same bytes.
extension SuiteRows {
    private static let magic = "mlmesh suite rows 1\n"

    private struct Header: Codable {
        let rows: Int
        let slices: [String]
        let values: [JSONValue]
    }

    /// The blob of these rows.
    public func bytes() -> [UInt8] {
        var places: [[UInt8]: Int] = [:]
        let canonical = rows.map { (label: $0.label.canonical, answer: $0.answer.canonical) }
        var values: [[UInt8]: JSONValue] = [:]
        for (row, own) in zip(rows, canonical) {
            values[own.label] = row.label
            values[own.answer] = row.answer
        }
        let sorted = values.keys.sorted { $0.lexicographicallyPrecedes($1) }
        for (place, key) in sorted.enumerated() { places[key] = place }
        let header = JSONValue.object([
            "rows": .integer(Int64(rows.count)), "slices": .array(slices.map { .string($0) }),
            "values": .array(sorted.map { values[$0] ?? .null }),
        ])
        var bytes = Array(Self.magic.utf8) + header.canonical + [0x0A]
        var last: [UInt8] = []
        for (row, own) in zip(rows, canonical) {
            let id = Array(row.id.utf8)
            let shared = zip(last, id).prefix { $0 == $1 }.count
            Self.write(shared, to: &bytes)
            Self.write(id.count - shared, to: &bytes)
            bytes += id[shared...]
            Self.write(places[own.label] ?? 0, to: &bytes)
            Self.write(places[own.answer] ?? 0, to: &bytes)
            bytes.append(row.isRight.map { $0 ? 1 : 0 } ?? 2)
            Self.write(row.slices.count, to: &bytes)
            var before = 0
            for slice in row.slices {
                Self.write(slice - before, to: &bytes)
                before = slice
            }
            last = id
        }
        return bytes
    }

    /// Reads a blob; throws ``EvaluationError`` of kind `rows` for bytes that are none.
    public init(bytes: [UInt8]) throws(EvaluationError) {
        let magic = Array(Self.magic.utf8)
        guard bytes.starts(with: magic), let end = bytes[magic.count...].firstIndex(of: 0x0A),
            let header = try? WireJSON.decode(Header.self, from: Data(bytes[magic.count..<end])), header.rows >= 0
        else { throw .rows("they do not begin as rows of a report do") }
        var reader = SuiteRowsReader(bytes: bytes, place: end + 1)
        var rows: [Row] = []
        var id: [UInt8] = []
        for _ in 0..<header.rows {
            let shared = try reader.count(upTo: id.count)
            id = Array(id[..<shared]) + (try reader.take(try reader.count(upTo: bytes.count)))
            let (label, answer) = (try reader.count(upTo: header.values.count - 1), try reader.count(upTo: header.values.count - 1))
            let right = try reader.count(upTo: 2)
            var slices: [Int] = []
            for _ in 0..<(try reader.count(upTo: header.slices.count)) {
                slices.append(try reader.count(upTo: header.slices.count - 1 - (slices.last ?? 0)) + (slices.last ?? 0))
            }
            rows.append(
                Row(
                    id: String(decoding: id, as: UTF8.self), label: header.values[label], answer: header.values[answer], slices: slices,
                    isRight: right == 2 ? nil : right == 1))
        }
        guard reader.isAtEnd else { throw .rows("bytes follow the last row") }
        self.init(slices: header.slices, rows: rows)
    }

    private static func write(_ value: Int, to bytes: inout [UInt8]) {
        var left = UInt(value)
        while left > 0x7F {
            bytes.append(UInt8(left & 0x7F) | 0x80)
            left >>= 7
        }
        bytes.append(UInt8(left))
    }
}
