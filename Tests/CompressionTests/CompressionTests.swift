import Compression
import Contracts
import Foundation
import Testing

@Suite("Content codings")
struct CompressionTests {
    /// Bytes of a pattern that compresses, and of one that does not.
    static let samples: [[UInt8]] = [
        [], [7], Array(#"{"inputs":[{"name":"x","shape":[1,64]}]}"#.utf8), [UInt8](repeating: 0, count: 1 << 20),
        (0..<200_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) },
    ]

    @Test("what is encoded decodes to itself, at every level", arguments: ContentCoding.allCases, [1, 6, 9] as [Int32])
    func roundTrips(coding: ContentCoding, level: Int32) throws {
        for sample in Self.samples {
            let encoded = Compression.encode(sample, coding, level: level)
            #expect(try Compression.decode(encoded, coding, limit: sample.count) == sample)
        }
    }

    @Test("what Python's zlib made is read")
    func vectors() throws {
        let text = Array(String(repeating: #"{"inputs":[{"name":"x"}]}"#, count: 4).utf8)
        let gzip = Self.bytes("1f8b0800000000000203ab56cacc2b282d2956b28aae56ca4bcc4d55b252aa50aa8dadada69e0400e4f6ed5a64000000")
        let zlib = Self.bytes("78daab56cacc2b282d2956b28aae56ca4bcc4d55b252aa50aa8dadada69e0400dc7a2291")

        #expect(try Compression.decode(gzip, .gzip, limit: 1_000) == text)
        #expect(try Compression.decode(zlib, .deflate, limit: 1_000) == text)
    }

    @Test("every truncation is refused as truncated, everything appended as too much", arguments: ContentCoding.allCases)
    func truncations(coding: ContentCoding) throws {
        let encoded = Compression.encode(Self.samples[2] + Self.samples[2].reversed(), coding, level: 9)
        for length in 0..<encoded.count {
            #expect(throws: CompressionFault.truncated, "\(length) bytes") {
                try Compression.decode(Array(encoded.prefix(length)), coding, limit: 1 << 20)
            }
        }
        for tail in [[0], [UInt8](repeating: 65, count: 100)] {
            #expect(throws: CompressionFault.trailing) { try Compression.decode(encoded + tail, coding, limit: 1 << 20) }
        }
    }

    @Test("any changed byte is refused or changes nothing", arguments: ContentCoding.allCases)
    func damaged(coding: ContentCoding) throws {
        let sample = Self.samples[2] + Self.samples[2].reversed()
        let encoded = Compression.encode(sample, coding)
        for place in encoded.indices {
            for bit in 0..<8 {
                var bytes = encoded
                bytes[place] ^= 1 << bit
                // Time and system of a gzip header mean nothing to its contents; all else is covered by checks.
                if let output = try? Compression.decode(bytes, coding, limit: 1 << 20) {
                    #expect(output == sample, "bit \(bit) of \(place)")
                }
            }
        }
        #expect(throws: CompressionFault.damaged(coding)) { try Compression.decode(sample, coding, limit: 1 << 20) }
    }

    @Test("bare deflate is not what Content-Encoding: deflate means")
    func bare() {
        let bare = Self.bytes("ab56cacc2b282d2956b28aae56ca4bcc4d55b252aa50aa8dadada69e0400")
        #expect(throws: CompressionFault.damaged(.deflate)) { try Compression.decode(bare, .deflate, limit: 1_000) }
    }

    @Test("a body of several gzip members is one body; a damaged later one is refused")
    func members() throws {
        let one = Compression.encode(Array("one ".utf8), .gzip)
        #expect(try Compression.decode(one + one, .gzip, limit: 8) == Array("one one ".utf8))
        #expect(throws: CompressionFault.tooLarge(limit: 7)) { try Compression.decode(one + one, .gzip, limit: 7) }
        #expect(throws: CompressionFault.truncated) { try Compression.decode(one + one.dropLast(), .gzip, limit: 8) }
        #expect(throws: CompressionFault.damaged(.gzip)) { try Compression.decode(one + [0x1F, 0, 0, 0], .gzip, limit: 8) }
    }

    @Test("the limit counts decompressed bytes to the byte", arguments: ContentCoding.allCases)
    func limit(coding: ContentCoding) throws {
        let encoded = Compression.encode([UInt8](repeating: 1, count: 100_000), coding)
        #expect(try Compression.decode(encoded, coding, limit: 100_000).count == 100_000)
        #expect(throws: CompressionFault.tooLarge(limit: 99_999)) { try Compression.decode(encoded, coding, limit: 99_999) }
        #expect(throws: CompressionFault.tooLarge(limit: 0)) { try Compression.decode(encoded, coding, limit: 0) }
    }

    @Test("a bomb is refused without memory for it")
    func bomb() throws {
        let member = Compression.encode([UInt8](repeating: 0, count: 1 << 20), .gzip, level: 9)
        // A gigabyte of zeros in a megabyte, and as one stream 64 MiB in 64 kB.
        let many = [[UInt8]](repeating: member, count: 1_024).flatMap { $0 }
        let one = Compression.encode([UInt8](repeating: 0, count: 64 << 20), .deflate, level: 9)
        let before = Self.peakKilobytes()

        #expect(throws: CompressionFault.tooLarge(limit: 1 << 20)) { try Compression.decode(many, .gzip, limit: 1 << 20) }
        #expect(throws: CompressionFault.tooLarge(limit: 1 << 20)) { try Compression.decode(one, .deflate, limit: 1 << 20) }

        #expect(Self.peakKilobytes() - before < 16 * 1_024)
    }

    @Test("headers name codings as RFC 9110 has them")
    func names() throws {
        #expect(try ContentCoding.named(nil) == nil)
        #expect(try ContentCoding.named("Identity") == nil)
        #expect(try ContentCoding.named("GZIP") == .gzip)
        #expect(try ContentCoding.named("deflate") == .deflate)
        for other in ["br", "gzip, gzip", "zstd"] {
            #expect(throws: CompressionFault.unsupported(other)) { try ContentCoding.named(other) }
        }
        let problems = [CompressionFault.unsupported("br"), .tooLarge(limit: 5), .truncated, .trailing, .damaged(.gzip)].map(
            \.problem.status)
        #expect(problems == [415, 413, 400, 400, 400])
    }

    @Test(
        "answers are coded as the client asks",
        arguments: [
            (nil, nil), ("", nil), ("identity", nil), ("br", nil), ("gzip", .gzip), ("deflate", .deflate), ("gzip, deflate, br", .gzip),
            ("deflate;q=1, gzip;q=0.5", .deflate), ("gzip;q=0", nil), ("*", .gzip), ("gzip;q=0, *", .deflate),
            ("gzip;q=0.5, identity", nil), ("GZIP ; Q=0.8", .gzip), ("gzip;q=x", nil),
        ] as [(String?, ContentCoding?)])
    func accepted(header: String?, coding: ContentCoding?) {
        #expect(ContentCoding.accepted(header) == coding)
    }

    private static func peakKilobytes() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
    }

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16) ?? 0 }
    }
}
