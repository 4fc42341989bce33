/// A value of Thrift's compact protocol, in which Parquet's footer is written: read and written without knowing what it means.
///
/// Source: apache/thrift, doc/specs/thrift-compact-protocol.md.
indirect enum CompactThrift: Sendable, Hashable {
    struct Field: Sendable, Hashable {
        let id: Int
        let type: UInt8
        var value: CompactThrift
    }

    case bool(Bool)
    case byte(UInt8)
    /// 16, 32 or 64 bits: the protocol writes them alike.
    case integer(Int64)
    case double(UInt64)
    case binary([UInt8])
    /// A list or a set.
    case list(type: UInt8, [CompactThrift])
    case structure([Field])

    static let integer64: UInt8 = 6

    /// A member of a structure; nil when it is absent, or this is none.
    subscript(_ id: Int) -> CompactThrift? {
        get {
            guard case .structure(let fields) = self else { return nil }
            return fields.first { $0.id == id }?.value
        }
        set {
            guard case .structure(var fields) = self, let newValue, let index = fields.firstIndex(where: { $0.id == id }) else { return }
            fields[index].value = newValue
            self = .structure(fields)
        }
    }

    var integerValue: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    var listValue: [CompactThrift]? {
        if case .list(_, let values) = self { values } else { nil }
    }

    /// The same with each element of a list changed.
    func mapped(_ change: (CompactThrift) -> CompactThrift) -> CompactThrift {
        guard case .list(let type, let values) = self else { return self }
        return .list(type: type, values.map(change))
    }
}

/// Reads ``CompactThrift``. Throws ``TableError`` where the bytes end early or hold what Parquet's footers do not.
struct CompactThriftReader {
    /// Structures within structures: a footer has five.
    private static let deepest = 16

    private let bytes: [UInt8]
    /// Bytes that were read.
    private(set) var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func structure(depth: Int = 0) throws(TableError) -> CompactThrift {
        guard depth < Self.deepest else { throw Self.damaged }
        var fields: [CompactThrift.Field] = []
        var id = 0
        while true {
            let head = try byte()
            if head == 0 { return .structure(fields) }
            let delta = Int(head >> 4)
            if delta > 0 { id += delta } else { id = Int(Self.unfolded(try varint())) }
            let type = head & 15
            fields.append(CompactThrift.Field(id: id, type: type, value: try value(type, isElement: false, depth)))
        }
    }

    private mutating func value(_ type: UInt8, isElement: Bool, _ depth: Int) throws(TableError) -> CompactThrift {
        switch type {
        case 1, 2: return .bool(isElement ? try byte() == 1 : type == 1)
        case 3: return .byte(try byte())
        case 4, 5, 6: return .integer(Self.unfolded(try varint()))
        case 7: return .double(try double())
        case 8: return .binary(try take(Int(clamping: try varint())))
        case 9, 10: return try list(depth)
        case 12: return try structure(depth: depth + 1)
        default: throw Self.damaged
        }
    }

    private mutating func list(_ depth: Int) throws(TableError) -> CompactThrift {
        let head = try byte()
        let short = Int(head >> 4)
        let count = short == 15 ? Int(clamping: try varint()) : short
        guard count <= bytes.count else { throw Self.damaged }
        var values: [CompactThrift] = []
        for _ in 0..<count { values.append(try value(head & 15, isElement: true, depth)) }
        return .list(type: head & 15, values)
    }

    private mutating func varint() throws(TableError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let next = try byte()
            value |= UInt64(next & 127) << shift
            if next < 128 { return value }
        }
        throw Self.damaged
    }

    private mutating func double() throws(TableError) -> UInt64 {
        var bits: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bits |= UInt64(try byte()) << shift }
        return bits
    }

    private mutating func byte() throws(TableError) -> UInt8 {
        guard place < bytes.count else { throw Self.damaged }
        defer { place += 1 }
        return bytes[place]
    }

    private mutating func take(_ count: Int) throws(TableError) -> [UInt8] {
        guard count <= bytes.count - place else { throw Self.damaged }
        defer { place += count }
        return Array(bytes[place..<place + count])
    }

    private static func unfolded(_ value: UInt64) -> Int64 { Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
    private static var damaged: TableError { TableError(.content, "the footer of a Parquet file is damaged") }
}

extension CompactThrift {
    /// The bytes of the value.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }

    private func write(to bytes: inout [UInt8]) {
        switch self {
        case .bool(let value): bytes.append(value ? 1 : 2)
        case .byte(let value): bytes.append(value)
        case .integer(let value): Self.varint(UInt64(bitPattern: value << 1 ^ value >> 63), &bytes)
        case .double(let bits):
            for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        case .binary(let value):
            Self.varint(UInt64(value.count), &bytes)
            bytes += value
        case .list(let type, let values):
            if values.count < 15 {
                bytes.append(UInt8(values.count) << 4 | type)
            } else {
                bytes.append(0xf0 | type)
                Self.varint(UInt64(values.count), &bytes)
            }
            for value in values { value.write(to: &bytes) }
        case .structure(let fields): Self.write(fields, &bytes)
        }
    }

    private static func write(_ fields: [Field], _ bytes: inout [UInt8]) {
        var last = 0
        for field in fields {
            var type = field.type
            if case .bool(let value) = field.value { type = value ? 1 : 2 }
            if (1...15).contains(field.id - last) {
                bytes.append(UInt8(field.id - last) << 4 | type)
            } else {
                bytes.append(type)
                varint(UInt64(bitPattern: Int64(field.id) << 1 ^ Int64(field.id) >> 63), &bytes)
            }
            last = field.id
            if type > 2 { field.value.write(to: &bytes) }
        }
        bytes.append(0)
    }

    private static func varint(_ value: UInt64, _ bytes: inout [UInt8]) {
        var rest = value
        while rest >= 128 {
            bytes.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
