import Compression
import TestSupport
import Testing

@Suite("Fuzz: compressed bodies")
struct FuzzInflationTests {
    private static let samples: [[UInt8]] = [
        [], Array(#"{"inputs":[{"name":"x","shape":[1,64],"datatype":"FP32"}]}"#.utf8), [UInt8](repeating: 7, count: 5_000),
        (0..<3_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 11) },
    ]

    @Test("damaged data is refused, or decodes within the limit; what decodes encodes and decodes to itself")
    func damaged() throws {
        let failure = try FuzzCampaign("inflation", cases: 20_000).run { seed, input in
            var state = seed
            func next(_ bound: Int) -> Int {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int(state >> 33) % max(1, bound)
            }
            for _ in 0..<3 { _ = next(2) }
            let coding: ContentCoding = next(2) == 0 ? .gzip : .deflate
            var bytes = Compression.encode(Self.samples[next(Self.samples.count)], coding, level: Int32(1 + next(9)))
            for _ in 0..<next(4) where !bytes.isEmpty {
                let place = next(bytes.count)
                switch next(4) {
                case 0: bytes[place] = UInt8(next(256))
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(UInt8(next(256)), at: place)
                default: bytes.removeLast(next(bytes.count))
                }
            }
            input(bytes)
            let limit = next(6_000)
            guard let output = try? Compression.decode(bytes, coding, limit: limit) else { return nil }
            guard output.count <= limit else { return "\(output.count) bytes with a limit of \(limit)" }
            let again = try Compression.decode(Compression.encode(output, coding), coding, limit: output.count)
            return again == output ? nil : "\(output.count) bytes do not come back"
        }
        #expect(failure == nil, "\(failure?.description ?? "")")
    }
}
