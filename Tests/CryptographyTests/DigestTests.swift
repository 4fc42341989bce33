import Cryptography
import Testing

@Suite("Digests")
struct DigestTests {
    @Test(
        "SHA-256 gives the published digests",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ])
    func sha256(text: String, digest: String) {
        #expect(hexadecimal(SHA256.digest(text)) == digest)
    }

    @Test("HMAC-SHA256 gives case 2 of RFC 4231")
    func hmac() {
        let code = authenticationCode(of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(hexadecimal(code) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test("a digest in pieces equals the digest at once")
    func pieces() {
        let hash = SHA256()
        hash.update("ab".utf8)
        hash.update([UInt8(ascii: "c")])
        #expect(hash.finish() == SHA256.digest("abc"))
    }

    @Test("hexadecimal text is read strictly")
    func hexadecimalText() {
        #expect(bytes(hexadecimal: "00fF") == [0, 255])
        #expect(bytes(hexadecimal: "0") == nil)
        #expect(bytes(hexadecimal: "0g") == nil)
    }
}
