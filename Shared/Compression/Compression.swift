import CZlib

/// Content codings of HTTP bodies, by zlib: gzip (RFC 1952) and deflate in the zlib frame (RFC 1950).
public enum Compression {
    /// A little of the possible compression for a little time; the level of zlib.
    public static let fastest: Int32 = 1

    /// A body decompressed as its Content-Encoding header says; nil when the header asks for nothing.
    ///
    /// `limit` bounds the decompressed bytes: what is longer is refused once that many are out, whatever the ratio. Throws `unsupported`
    /// (415), `tooLarge` (413), and `truncated`, `trailing` or `damaged` (400).
    public static func decode(
        _ bytes: UnsafeRawBufferPointer, encoding: String?, limit: Int
    ) throws(CompressionFault) -> [UInt8]? {
        guard let coding = try ContentCoding.named(encoding) else { return nil }
        return try decode(bytes, coding, limit: limit)
    }

    /// The decompressed bytes of one coding, at most `limit` of them.
    public static func decode(_ bytes: UnsafeRawBufferPointer, _ coding: ContentCoding, limit: Int) throws(CompressionFault) -> [UInt8] {
        try Inflation(coding).decode(bytes, limit: limit)
    }

    /// The decompressed bytes of one coding, at most `limit` of them.
    public static func decode(_ bytes: [UInt8], _ coding: ContentCoding, limit: Int) throws(CompressionFault) -> [UInt8] {
        let result = bytes.withUnsafeBytes { bytes in Result { () throws(CompressionFault) in try decode(bytes, coding, limit: limit) } }
        return try result.get()
    }

    /// Bytes in a coding, as one stream; `level` is zlib's, 1 to 9.
    public static func encode(_ bytes: UnsafeRawBufferPointer, _ coding: ContentCoding, level: Int32 = fastest) -> [UInt8] {
        Deflation(coding, level: level).encode(bytes)
    }

    /// Bytes in a coding, as one stream; `level` is zlib's, 1 to 9.
    public static func encode(_ bytes: [UInt8], _ coding: ContentCoding, level: Int32 = fastest) -> [UInt8] {
        bytes.withUnsafeBytes { encode($0, coding, level: level) }
    }
}
