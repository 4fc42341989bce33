import Contracts

/// Writes JSON, and raw blocks behind it, into one growing buffer, with no tree and no array in between.
///
/// `@unchecked Sendable`: it cannot be copied, so it owns its memory alone.
public struct JSONWriter: ~Copyable, @unchecked Sendable {
    private(set) var base: UnsafeMutablePointer<UInt8>
    /// Bytes written so far.
    public private(set) var count = 0
    private var capacity: Int

    public init(capacity: Int = 256) {
        self.capacity = max(capacity, 16)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// A copy of what was written.
    public var bytes: [UInt8] { Array(UnsafeBufferPointer(start: base, count: count)) }

    /// Lends what was written.
    public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Forgets what was written; the memory is used again.
    public mutating func removeAll() { count = 0 }

    /// Takes back what was written behind the first `length` bytes.
    public mutating func truncate(to length: Int) { count = min(count, max(0, length)) }

    /// Where the next bytes go: at least `room` of them fit. ``advance(to:)`` says how many were written.
    @inline(__always)
    mutating func room(_ room: Int) -> UnsafeMutablePointer<UInt8> {
        if capacity - count < room { grow(room) }
        return base + count
    }

    @inline(__always)
    mutating func advance(to end: UnsafeMutablePointer<UInt8>) { count = end - base }

    @inline(never)
    private mutating func grow(_ room: Int) {
        let wider = max(capacity * 2, count + room)
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: wider)
        memory.update(from: base, count: count)
        base.deallocate()
        base = memory
        capacity = wider
    }

    /// Bytes that are JSON already.
    @inline(__always)
    public mutating func raw(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        room(length).update(from: text.utf8Start, count: length)
        count += length
    }

    public mutating func raw(_ text: [UInt8]) { text.withUnsafeBytes { raw($0) } }

    /// Any bytes as they are.
    @inline(__always)
    public mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        UnsafeMutableRawPointer(room(bytes.count)).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    public mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string(utf8: $0) }
    }

    /// A string from UTF-8 bytes.
    public mutating func string(utf8 text: UnsafeBufferPointer<UInt8>) {
        // At worst each byte becomes an escape of six.
        var end = room(text.count * 6 + 2)
        Self.put(UInt8(ascii: "\""), &end)
        for byte in text {
            if byte >= 32, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                Self.put(byte, &end)
            } else {
                Self.escape(byte, &end)
            }
        }
        Self.put(UInt8(ascii: "\""), &end)
        advance(to: end)
    }

    private static func escape(_ byte: UInt8, _ end: inout UnsafeMutablePointer<UInt8>) {
        put(UInt8(ascii: "\\"), &end)
        guard byte < 32 else { return put(byte, &end) }
        for digit in [UInt8(ascii: "u"), 48, 48, byte < 16 ? 48 : 49, (byte & 15) < 10 ? 48 + (byte & 15) : 87 + (byte & 15)] {
            put(digit, &end)
        }
    }

    @inline(__always)
    static func put(_ byte: UInt8, _ end: inout UnsafeMutablePointer<UInt8>) {
        end.pointee = byte
        end += 1
    }

    /// A tree, in its canonical form.
    public mutating func value(_ value: JSONValue) { raw(value.canonical) }
}
