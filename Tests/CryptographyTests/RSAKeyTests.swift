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

    @Test("the thumbprint is the one of RFC 7638 section 3.1")
    func thumbprint() throws {
        let pem = """
            -----BEGIN PUBLIC KEY-----
            MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0vx7agoebGcQSuuPiLJX
            ZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tS
            oc/BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ/2W+5JsGY4Hc5n9yBXArwl93lqt
            7/RN5w6Cf0h4QyQ5v+65YGjQR0/FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0
            zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt+bFTWhAI4vMQFh6WeZu0f
            M4lFd2NcRwr3XPksINHaQ+G/xBniIqbw0Ls1jF44+csFCur+kEgU8awapJzKnqDK
            gwIDAQAB
            -----END PUBLIC KEY-----
            """
        #expect(RSAPublicKey(pem: pem)?.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
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
