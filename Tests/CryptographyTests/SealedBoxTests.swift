import Cryptography
import Testing

@Suite("Authenticated encryption")
struct SealedBoxTests {
    private let key = [UInt8](0..<32)

    @Test("any bytes come back under the same key, and look different each time")
    func property() {
        for count in [0, 1, 15, 16, 17, 1_000] {
            let plain = randomBytes(count)
            let sealed = SealedBox.seal(plain, key: key)
            #expect(SealedBox.open(sealed, key: key) == plain)
            #expect(SealedBox.seal(plain, key: key) != sealed)
            #expect(sealed.count == count + 28)
        }
    }

    @Test("another key, a changed bit or a missing byte opens nothing")
    func forged() {
        let sealed = SealedBox.seal(Array("a secret".utf8), key: key)
        var other = key
        other[31] ^= 1
        #expect(SealedBox.open(sealed, key: other) == nil)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(SealedBox.open(changed, key: key) == nil, "byte \(index)")
        }
        #expect(SealedBox.open(Array(sealed.dropLast()), key: key) == nil)
        #expect(SealedBox.open([], key: key) == nil)
        #expect(SealedBox.open(sealed, key: []) == nil)
    }

    @Test("the published vector of AES-256-GCM opens")
    func published() {
        // Test case 14 of McGrew and Viega, The Galois/Counter Mode of Operation: key and nonce of zeroes, one block of zeroes.
        let text = "000000000000000000000000" + "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919"
        let sealed = bytes(hexadecimal: text) ?? []
        #expect(SealedBox.open(sealed, key: [UInt8](repeating: 0, count: 32)) == [UInt8](repeating: 0, count: 16))
    }
}
