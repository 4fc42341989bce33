/// How often something took time, and how long it took altogether.
struct CountedTime: Sendable, Hashable, Codable {
    var count = 0
    var nanoseconds = 0

    @inline(__always)
    mutating func note(_ time: Int) {
        count += 1
        nanoseconds += time
    }

    static func + (one: CountedTime, other: CountedTime) -> CountedTime {
        CountedTime(count: one.count + other.count, nanoseconds: one.nanoseconds + other.nanoseconds)
    }
}
