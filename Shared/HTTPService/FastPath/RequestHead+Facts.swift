import Contracts
import NIOCore
import Observability

extension RequestHead {
    /// What makes a span of this process another than that of any other on the request's way.
    private static let salt = UInt64.random(in: 1...UInt64.max)

    /// The place of a request in the trace: a child of the caller's, or the start of a trace that is named after the request.
    ///
    /// It follows from the request alone, so that it is made only when somebody asks, and is the same each time.
    func trace(_ requestID: RequestID) -> TraceContext {
        let parent = known.traceparent.flatMap { TraceContext(traceparent: text($0)) }
        // FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv) over the request's id, begun with the process's salt.
        var hash = 0xCBF2_9CE4_8422_2325 ^ Self.salt
        for byte in requestID.description.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        let span = String(repeating: "0", count: 16 - digits.count) + digits
        let flags = parent?.flags ?? 1
        let header = "00-\(parent?.traceID ?? requestID.description)-\(span)-\(flags < 16 ? "0" : "")\(String(flags, radix: 16))"
        return TraceContext(traceparent: header) ?? TraceContext()
    }

    /// Why the path is refused; nil when it is sound.
    var pathFault: Problem? {
        isPlainPath ? nil : PathRules.fault(text(target))
    }

    /// Whether the path is sound on sight: what ``PathRules`` lets through without decoding anything, or nearly all of it.
    private var isPlainPath: Bool {
        bytes.withUnsafeReadableBytes { bytes in
            guard bytes[target.start] == UInt8(ascii: "/"), target.count <= PathRules.maximumLength else { return false }
            var last = UInt8(ascii: "a")
            for byte in bytes[target.range] {
                if byte == UInt8(ascii: "?") { return true }
                guard byte < 127, byte != UInt8(ascii: "%"), byte != UInt8(ascii: "\\"), byte != UInt8(ascii: "#") else { return false }
                if last == UInt8(ascii: "/"), byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") { return false }
                last = byte
            }
            return true
        }
    }
}
