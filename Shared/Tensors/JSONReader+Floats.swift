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

    /// Reads floats as long as they are written in the commonest way. Stops in front of any other; true when the array is left.
    @inline(__always)
    private mutating func quickFloats(into memory: UnsafeMutablePointer<Float>, room: Int, count: inout Int) -> Bool {
        guard let base = bytes.baseAddress, bytes.count - position > Self.quickReach else { return false }
        var run = FloatRun(place: base + position, last: base + (bytes.count - Self.quickReach), memory: memory, room: room, count: count)
        run.read()
        count = run.count
        if run.isLeft { leave(at: run.place - base) } else { position = run.place - base }
        return run.isLeft
    }
}
