import Contracts
import NIOCore
import Tensors

/// The unit that a request is made for: the header `x-mesh-unit`, else the request parameter that the rollout names.
enum RequestUnit {
    static let longest = 256
    static let expectation = "1 to \(longest) bytes of text"

    static func isUnit(_ text: String) -> Bool { (1...longest).contains(text.utf8.count) }

    /// Nil when there is none that can be used; then the request counts for nothing.
    ///
    /// Of the body only `parameters` is read, and nothing is changed. With binary tensors the JSON ends where `headerLength` says.
    static func find(header: String?, body: ByteBuffer, headerLength: String?, isEncoded: Bool, parameter: String) -> String? {
        if let header { return isUnit(header) ? header : nil }
        guard !isEncoded else { return nil }
        let length = headerLength.flatMap { Int($0) }.map { min(max(0, $0), body.readableBytes) } ?? body.readableBytes
        let parameters = body.withUnsafeReadableBytes { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { InferenceRequest.scanParameters(UnsafeBufferPointer(rebasing: $0.prefix(length))) }
        }
        switch parameters?[parameter] {
        case .string(let text)? where isUnit(text): return text
        case .integer(let number)?: return String(number)
        default: return nil
        }
    }

    /// A unit as a header may hold it: everything but unreserved characters percent-encoded, since a unit may be any text.
    static func headerValue(_ unit: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = unit.utf8.flatMap { byte -> [UInt8] in
            let isPlain = (byte | 32 >= 97 && byte | 32 <= 122) || (48...57).contains(byte) || [45, 46, 95, 126].contains(byte)
            return isPlain ? [byte] : [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
