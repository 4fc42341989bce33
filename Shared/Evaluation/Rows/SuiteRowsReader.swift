/// Takes numbers and bytes out of the rows of a report.
struct SuiteRowsReader {
    let bytes: [UInt8]
    private(set) var place: Int

    init(bytes: [UInt8], place: Int) {
        self.bytes = bytes
        self.place = place
    }

    var isAtEnd: Bool { place == bytes.count }

    /// A LEB128 number from 0 to a limit.
    mutating func count(upTo limit: Int) throws(EvaluationError) -> Int {
        var value = 0
        for shift in stride(from: 0, through: 56, by: 7) {
            guard place < bytes.count else { throw .rows("they end early") }
            let byte = bytes[place]
            place += 1
            value |= Int(byte & 0x7F) << shift
            guard byte & 0x80 == 0 else { continue }
            guard value <= limit else { throw .rows("a number is out of range") }
            return value
        }
        throw .rows("a number is out of range")
    }

    mutating func take(_ count: Int) throws(EvaluationError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - place else { throw .rows("they end early") }
        defer { place += count }
        return bytes[place..<(place + count)]
    }
}
