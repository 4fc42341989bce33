/// A place in a W3C trace (Trace Context, level 1): the trace, the span of this work, and whether it is sampled.
public struct TraceContext: Sendable, Hashable {
    /// 32 lower-case hexadecimal digits, not all zero.
    public let traceID: String
    /// 16 lower-case hexadecimal digits, not all zero.
    public let spanID: String
    /// The trace flags; bit 0 means sampled.
    public let flags: UInt8

    /// The trace that the present task works for.
    @TaskLocal public static var current: TraceContext?

    /// A new trace, sampled.
    public init() {
        traceID = Self.digits(UInt64.random(in: 1...UInt64.max)) + Self.digits(UInt64.random(in: 0...UInt64.max))
        spanID = Self.digits(UInt64.random(in: 1...UInt64.max))
        flags = 1
    }

    private init(traceID: String, spanID: String, flags: UInt8) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
    }

    /// Reads a `traceparent` header; nil when it is not well formed, so that a new trace is started instead.
    public init?(traceparent: some StringProtocol) {
        let bytes = Array(traceparent.utf8)
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash else { return nil }
        guard let version = Self.byte(bytes[0], bytes[1]), version != 255, let flags = Self.byte(bytes[53], bytes[54]) else { return nil }
        guard version == 0 ? bytes.count == 55 : (bytes.count == 55 || bytes[55] == dash) else { return nil }
        let trace = bytes[3..<35]
        let span = bytes[36..<52]
        let zero = UInt8(ascii: "0")
        guard trace.allSatisfy({ Self.nibble($0) != nil }), trace.contains(where: { $0 != zero }) else { return nil }
        guard span.allSatisfy({ Self.nibble($0) != nil }), span.contains(where: { $0 != zero }) else { return nil }
        self.init(traceID: String(decoding: trace, as: UTF8.self), spanID: String(decoding: span, as: UTF8.self), flags: flags)
    }

    /// A new span of the same trace.
    public func child() -> TraceContext {
        TraceContext(traceID: traceID, spanID: Self.digits(UInt64.random(in: 1...UInt64.max)), flags: flags)
    }

    /// The header that passes this place on.
    public var traceparent: String {
        "00-\(traceID)-\(spanID)-\(flags < 16 ? "0" : "")\(String(flags, radix: 16))"
    }

    /// The trace of a request: a child of the caller's, or a new one.
    public static func continuing(_ traceparent: (some StringProtocol)?) -> TraceContext {
        traceparent.flatMap { TraceContext(traceparent: $0)?.child() } ?? TraceContext()
    }

    private static func digits(_ value: UInt64) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }

    /// The value of a lower-case hexadecimal digit; the standard forbids upper case.
    private static func nibble(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    private static func byte(_ high: UInt8, _ low: UInt8) -> UInt8? {
        guard let high = nibble(high), let low = nibble(low) else { return nil }
        return high << 4 | low
    }
}
