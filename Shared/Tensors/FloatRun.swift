/// Floats of an array that are written in the commonest way: up to seven digits, maybe a point and more, 18 in all, and no blank but one
/// behind the comma.
struct FloatRun {
    /// Where the next number begins.
    private(set) var place: UnsafePointer<UInt8>
    /// From here on the end of the text is too near for reading in words.
    let last: UnsafePointer<UInt8>
    let memory: UnsafeMutablePointer<Float>
    let room: Int
    private(set) var count: Int
    /// Whether the bracket behind the last number was passed.
    private(set) var isLeft = false

    init(place: UnsafePointer<UInt8>, last: UnsafePointer<UInt8>, memory: UnsafeMutablePointer<Float>, room: Int, count: Int) {
        self.place = place.pointee == 32 ? place + 1 : place
        self.last = last
        self.memory = memory
        self.room = room
        self.count = count
    }

    private var isOn: Bool { place <= last && count < room && !isLeft }

    /// Reads as far as it can.
    mutating func read() {
        var previous = 0
        while isOn {
            let start = place
            guard number() else { return }
            let length = place - start
            if length == previous, let form = EvenFloats(like: start, length: length) { even(form) }
            previous = length
        }
    }

    /// Reads numbers of which nearly all are of one form.
    @inline(never)
    private mutating func even(_ form: EvenFloats) {
        var others = 0
        while isOn {
            let read = form.read(place, until: last, into: memory + count, room: room - count)
            place += read * form.stride
            count += read
            others = read == 0 ? others + 1 : 0
            guard others < 2, isOn, number() else { return }
        }
    }

    /// Reads one number and what follows it; false for one that is written otherwise, and then nothing has changed.
    @inline(__always)
    private mutating func number() -> Bool {
        let isNegative = place.pointee == UInt8(ascii: "-")
        let first = isNegative ? place + 1 : place
        var end = first + 1
        var mantissa = UInt64(first[0] &- 48)
        var places = 0
        if end.pointee != UInt8(ascii: ".") {
            let word = DigitWord(first)
            guard word.count > 0, word.count < 8, word.count == 1 || mantissa != 0 else { return false }
            mantissa = word.value
            end = first + word.count
        } else if mantissa > 9 {
            return false
        }
        if end.pointee == UInt8(ascii: ".") {
            end += 1
            guard let read = Self.fraction(&end, &mantissa, room: 19 - (end - first)) else { return false }
            places = read
        }
        let closing = end.pointee
        guard closing == UInt8(ascii: ",") || closing == UInt8(ascii: "]"),
            let value = mantissa == 0 ? 0 : ScannedNumber.clearFloat(mantissa, exponent: -places)
        else { return false }
        memory[count] = isNegative ? -value : value
        count += 1
        place = end + 1
        if closing == UInt8(ascii: "]") {
            isLeft = true
        } else if place.pointee == 32 {
            place += 1
        }
        return true
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
