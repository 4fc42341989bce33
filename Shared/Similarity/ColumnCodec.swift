import Contracts
import Foundation

/// A row's columns as bytes: a tag for each, then its value. A filter reads one column without building the others.
enum ColumnCodec {
    private enum Tag: UInt8 {
        case missing, null, no, yes, integer, number, text, json
    }

    static func encode(_ values: [JSONValue?]) -> [UInt8] {
        values.reduce(into: []) { bytes, value in
            switch value {
            case nil: bytes.append(Tag.missing.rawValue)
            case .null: bytes.append(Tag.null.rawValue)
            case .bool(let value): bytes.append((value ? Tag.yes : Tag.no).rawValue)
            case .integer(let value):
                bytes.append(Tag.integer.rawValue)
                bytes.append(number: value)
            case .number(let value):
                bytes.append(Tag.number.rawValue)
                bytes.append(number: value.bitPattern)
            case .string(let value): append(.text, Array(value.utf8), to: &bytes)
            case let value?: append(.json, value.canonical, to: &bytes)
            }
        }
    }

    private static func append(_ tag: Tag, _ content: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(tag.rawValue)
        bytes.append(number: UInt32(content.count))
        bytes += content
    }

    /// The value of one column; nil for one that the row lacks, or for bytes that are none of ours.
    static func decode(_ bytes: Data, column: Int) -> JSONValue? {
        var place = bytes.startIndex
        for _ in 0..<column { guard skip(bytes, &place) else { return nil } }
        guard place < bytes.endIndex, let tag = Tag(rawValue: bytes[place]) else { return nil }
        let start = place + 1
        switch tag {
        case .missing: return nil
        case .null: return .null
        case .no: return .bool(false)
        case .yes: return .bool(true)
        case .integer: return fixed(bytes, start).map { .integer(Int64(bitPattern: $0)) }
        case .number: return fixed(bytes, start).map { .number(Double(bitPattern: $0)) }
        case .text: return content(bytes, start).map { .string(String(decoding: $0, as: UTF8.self)) }
        case .json: return content(bytes, start).flatMap { try? JSONDecoder().decode(JSONValue.self, from: Data($0)) }
        }
    }

    private static func skip(_ bytes: Data, _ place: inout Int) -> Bool {
        guard place < bytes.endIndex, let tag = Tag(rawValue: bytes[place]) else { return false }
        place += 1
        switch tag {
        case .missing, .null, .no, .yes: return true
        case .integer, .number: place += 8
        case .text, .json:
            guard let content = content(bytes, place) else { return false }
            place = content.endIndex
        }
        return place <= bytes.endIndex
    }

    private static func fixed(_ bytes: Data, _ start: Int) -> UInt64? {
        guard start + 8 <= bytes.endIndex else { return nil }
        return bytes.number(at: start - bytes.startIndex, as: UInt64.self)
    }

    private static func content(_ bytes: Data, _ start: Int) -> Data? {
        guard start + 4 <= bytes.endIndex else { return nil }
        let count = Int(bytes.number(at: start - bytes.startIndex, as: UInt32.self))
        guard start + 4 + count <= bytes.endIndex else { return nil }
        return bytes[(start + 4)..<(start + 4 + count)]
    }
}
