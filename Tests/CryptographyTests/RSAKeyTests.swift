import Cryptography
import Testing

@Suite("RSA keys")
struct RSAKeyTests {
    @Test("RS256 signs and verifies the example of RFC 7515 A.2")
    func published() throws {
        let key = try #require(RSAPrivateKey(pem: PublishedRS256.privateKey))
        let message = Array(PublishedRS256.signingInput.utf8)

        let signature = key.sign(message)

        #expect(Base64URL.encode(signature) == PublishedRS256.signature)
        #expect(key.publicKey.verify(signature, of: message))
        #expect(!key.publicKey.verify(signature, of: message + [0]))
        #expect(Base64URL.encode(key.publicKey.exponent) == "AQAB")
        #expect(Base64URL.encode(key.publicKey.modulus).hasPrefix("ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0"))
    }

    @Test("keys survive PEM in both directions")
    func pem() throws {
        let key = RSAPrivateKey.generate()

        let again = try #require(RSAPrivateKey(pem: key.privateKeyPEM))
        let half = try #require(RSAPublicKey(pem: again.publicKeyPEM))

        #expect(half.verify(key.sign([1, 2, 3]), of: [1, 2, 3]))
        #expect(key.publicKeyPEM.hasPrefix("-----BEGIN PUBLIC KEY-----"))
        #expect(!"\(key)".contains("BEGIN"))
    }

    @Test("what is no key of ours is refused", arguments: ["", "x", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
    func foreign(pem: String) {
        #expect(RSAPublicKey(pem: pem) == nil)
        #expect(RSAPrivateKey(pem: pem) == nil)
    }

    @Test("a curve's key is refused")
    func curve() {
        let pem = """
            -----BEGIN PUBLIC KEY-----
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9
            q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==
            -----END PUBLIC KEY-----
            """
        #expect(RSAPublicKey(pem: pem) == nil)
    }

    @Test("a signature of the wrong length is not good", arguments: [0, 1, 255, 257])
    func length(count: Int) {
        let key = RSAPrivateKey.generate()
        #expect(!key.publicKey.verify([UInt8](repeating: 1, count: count), of: [1]))
    }
}
