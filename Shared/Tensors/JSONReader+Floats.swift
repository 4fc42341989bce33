extension JSONReader {
    /// Reads the floats that are left of an array and leaves it; `count` is how many were written, of at most `room`.
    @inline(never)
    mutating func floats(into memory: UnsafeMutablePointer<Float>, room: Int, count: inout Int) throws(JSONFault) {
        count = 0
        while true {
            if quickFloats(into: memory, room: room, count: &count) { return }
            // What is written in another way, or too near to the end of the text for reading in words.
            let value = try Float.read(&self)
            guard count < room else { throw fault("more elements than the shape says") }
            memory[count] = value
            count += 1
            guard try nextElement() else { return }
        }
    }

    /// Reads floats as long as they are written in the commonest way: up to seven digits, maybe a point and more, 18 in all, and no blank but one behind
    /// the comma. Stops in front of any other; true when the array is left.
    @inline(__always)
    private mutating func quickFloats(into memory: UnsafeMutablePointer<Float>, room: Int, count: inout Int) -> Bool {
        guard let base = bytes.baseAddress, bytes.count - position > Self.quickReach else { return false }
        let last = base + (bytes.count - Self.quickReach)
        var place = base + position
        if place.pointee == 32 { place += 1 }
        var written = count
        var isLeft = false
        while place <= last, written < room {
            let isNegative = place.pointee == UInt8(ascii: "-")
            let first = isNegative ? place + 1 : place
            var end = first + 1
            var mantissa = UInt64(first[0] &- 48)
            var places = 0
            if end.pointee != UInt8(ascii: ".") {
                let word = DigitWord(first)
                guard word.count > 0, word.count < 8, word.count == 1 || mantissa != 0 else { break }
                mantissa = word.value
                end = first + word.count
            } else if mantissa > 9 {
                break
            }
            if end.pointee == UInt8(ascii: ".") {
                end += 1
                guard let read = Self.fraction(&end, &mantissa, room: 19 - (end - first)) else { break }
                places = read
            }
            let closing = end.pointee
            guard closing == UInt8(ascii: ",") || closing == UInt8(ascii: "]"),
                let value = mantissa == 0 ? 0 : ScannedNumber.clearFloat(mantissa, exponent: -places)
            else { break }
            memory[written] = isNegative ? -value : value
            written += 1
            place = end + 1
            if closing == UInt8(ascii: "]") {
                isLeft = true
                break
            }
            if place.pointee == 32 { place += 1 }
        }
        count = written
        if isLeft { leave(at: place - base) } else { position = place - base }
        return isLeft
    }

    /// Adds the digits of a fraction; nil for none, or more than there is room for.
    @inline(__always)
    private static func fraction(_ end: inout UnsafePointer<UInt8>, _ mantissa: inout UInt64, room: Int) -> Int? {
        var word = DigitWord(end)
        var places = word.count
        guard places > 0 else { return nil }
        mantissa = mantissa &* word.scale &+ word.value
        while word.count == 8 {
            word = DigitWord(end + places)
            mantissa = mantissa &* word.scale &+ word.value
            places &+= word.count
            guard places <= room else { return nil }
        }
        end += places
        return places
    }
}
