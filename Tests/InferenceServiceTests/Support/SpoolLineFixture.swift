import Spool

/// Segments as a spool closes them.
enum SpoolLineFixture {
    /// One segment of one prediction whose line has a number of bytes.
    static func segment(bytes: Int) -> [UInt8] {
        let text = "{\"a\":\"" + String(repeating: "x", count: bytes - 9) + "\"}"
        return SpoolSegment.bytes([SpoolLine(kind: .prediction, json: Array(text.utf8))])
    }
}
