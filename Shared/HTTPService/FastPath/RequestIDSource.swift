import Contracts
import Cryptography

/// Makes request ids on an event loop: random bytes are fetched for many at once.
struct RequestIDSource {
    private static let batch = 64
    private static let digits = Array("0123456789abcdef".utf8)

    private var random: [UInt8] = []
    private var place = 0

    /// A new id of 128 random bits.
    mutating func next() -> RequestID {
        if place == random.count { (random, place) = (randomBytes(16 * Self.batch), 0) }
        let text = String(unsafeUninitializedCapacity: 32) { text in
            for index in 0..<16 {
                text[index * 2] = Self.digits[Int(random[place + index] >> 4)]
                text[index * 2 + 1] = Self.digits[Int(random[place + index] & 15)]
            }
            return 32
        }
        place += 16
        return RequestID(text) ?? RequestID()
    }
}
