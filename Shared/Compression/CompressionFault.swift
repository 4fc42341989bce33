import Contracts

/// Why a compressed body cannot be read.
public enum CompressionFault: Error, Sendable, Hashable {
    /// The Content-Encoding is none that is taken.
    case unsupported(String)
    /// More bytes than the limit come out.
    case tooLarge(limit: Int)
    /// The bytes end before the compressed data does.
    case truncated
    /// Bytes follow the compressed data.
    case trailing
    /// The bytes are not of this coding, or damaged.
    case damaged(ContentCoding)
}

extension CompressionFault: ProblemConvertible {
    public var problem: Problem {
        switch self {
        case .unsupported(let name):
            Problem(.unsupportedMediaType, "Content-Encoding '\(name.prefix(64))' is not taken: expected gzip, deflate (zlib) or identity.")
        case .tooLarge(let limit): Problem(.tooLarge, "The body is longer than \(limit) bytes when decompressed.")
        case .truncated: Problem(.malformed, "The body: expected complete compressed data; it ends early.")
        case .trailing: Problem(.malformed, "The body: expected nothing after the compressed data.")
        case .damaged(let coding): Problem(.malformed, "The body: expected \(coding.rawValue) data, as Content-Encoding says.")
        }
    }
}
