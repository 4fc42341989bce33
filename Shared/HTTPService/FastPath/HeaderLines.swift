import HTTPTypes
import NIOCore

/// Header fields of an answer as they go over the wire: made once, used for many answers.
public struct HeaderLines: Sendable {
    let bytes: [UInt8]

    /// The lines of these fields. Characters that would end a line become spaces.
    public init(_ fields: [(name: String, value: String)]) {
        var bytes: [UInt8] = []
        for (name, value) in fields {
            bytes += name.utf8
            bytes += ": ".utf8
            bytes += value.utf8.lazy.map { $0 < 32 || $0 == 127 ? UInt8(ascii: " ") : $0 }
            bytes += "\r\n".utf8
        }
        self.bytes = bytes
    }

    init(_ fields: HTTPFields) {
        self.init(fields.map { (name: $0.name.rawName, value: $0.value) })
    }
}
