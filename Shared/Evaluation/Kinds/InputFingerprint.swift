import Contracts

/// A number that equal inputs share (8 and 8.0 are equal), at a fraction of the cost of canonical JSON. Others may share it too.
struct InputFingerprint {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    init(_ input: [String: JSONValue]) { add(input) }

    private mutating func add(_ members: [String: JSONValue]) {
        for name in members.keys.sorted() {
            add(name)
            add(members[name] ?? .null)
        }
    }

    private mutating func add(_ json: JSONValue) {
        switch json {
        case .null: mix(1)
        case .bool(let truth): mix(truth ? 3 : 2)
        case .integer(let whole): mix(Double(whole).bitPattern)
        case .number(let number): mix(number == 0 ? 0 : number.bitPattern)
        case .string(let text): add(text)
        case .array(let parts):
            mix(UInt64(parts.count) | 1 << 62)
            for part in parts { add(part) }
        case .object(let members): add(members)
        }
    }

    private mutating func add(_ text: String) {
        mix(UInt64(text.utf8.count) | 1 << 61)
        for byte in text.utf8 { mix(UInt64(byte)) }
    }

    /// A multiply and a shift of the running number: each bit of what came before reaches the next.
    private mutating func mix(_ bits: UInt64) {
        value = (value ^ bits) &* 0x9E37_79B9_7F4A_7C15
        value ^= value >> 29
    }
}
