import Cryptography
import Testing

@Suite("base64url")
struct Base64URLTests {
    @Test(
        "the vectors of RFC 4648, without padding",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
        ])
    func vectors(plain: String, encoded: String) {
        #expect(Base64URL.encode(plain.utf8) == encoded)
        #expect(Base64URL.decode(encoded) == Array(plain.utf8))
    }

    @Test(
        "padding, other alphabets, lone characters and stray bits are refused",
        arguments: ["Zg==", "Zm8=", "+/", "Z", "Zh", "Zm9", "Zm9v\n", " "])
    func strict(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test("any bytes come back")
    func property() {
        for count in 0..<200 {
            let bytes = randomBytes(count)
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }
}
