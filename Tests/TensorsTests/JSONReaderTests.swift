import Contracts
import Foundation
import Statistics
import Testing

@testable import Tensors

private func read(_ text: String) throws -> JSONValue {
    try Array(text.utf8).withUnsafeBufferPointer { bytes in
        var reader = JSONReader(bytes)
        let value = try reader.value()
        try reader.finish()
        return value
    }
}

private func floats(_ text: String) throws -> [Float] {
    let body = Array(#"{"inputs":[{"name":"x","datatype":"FP32","shape":[\#(text.split(separator: ",").count)],"data":[\#(text)]}]}"#.utf8)
    return try body.withUnsafeBufferPointer { try InferenceRequest($0).inputs[0].elements(as: Float.self) }
}

/// A generator whose seed is told, so that a failure can be seen again: MLMESH_TEST_SEED repeats it.
private func seeded(_ test: String = #function) -> SeededGenerator {
    let seed = ProcessInfo.processInfo.environment["MLMESH_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...UInt64.max)
    print("\(test): MLMESH_TEST_SEED=\(seed)")
    return SeededGenerator(seed: seed)
}

@Suite("JSON reader and writer")
struct JSONReaderTests {
    @Test("floats are read bit for bit as the C library reads them")
    func floatsExact() throws {
        var generator = seeded()
        var texts: [String] = [
            "16777217", "0.1", "1e-45", "1.17549435e-38", "3.4028235e38", "9007199254740993", "1e22", "1e23",
            "123456789012345678901234567890", "0.0", "-0.0", "-0", "0", "7", "-9", "0.00000000000000001", "1.23456789012345678",
            "5.12345678",
            "5.1234567812345678", "9.99999999999999999", "12.5", "1234567.12345678901", "12345678.5", "255", "9999999", "12345678",
            "1234567.123456789012", "10", "-73.0625",
        ]
        for _ in 0..<20_000 {
            let float = Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &generator))
            if float.isFinite { texts.append(float.description) }
            let double = Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &generator))
            if double.isFinite, double.magnitude < 1e38 { texts.append(double.description) }
            texts.append("\(Int.random(in: -99...99, using: &generator)).\(UInt64.random(in: 0...UInt64.max, using: &generator))")
        }
        // Halfway between two floats, and a hair beside it: where rounding twice goes wrong.
        texts += [
            "1.00000005960464477539062500001", "1.000000059604644775390625", "1.00000005960464477539062499999", "16777217.0000000001",
        ]

        let values = try floats(texts.joined(separator: ","))

        let wrong = zip(texts, values).filter { text, value in strtof(text, nil).bitPattern != value.bitPattern }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
    }

    @Test(
        "doubles and 64-bit integers are exact",
        arguments: [
            ("9223372036854775807", JSONValue.integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9223372036854775808)),
            ("0", .integer(0)), ("-0", .integer(0)), ("1.5", .number(1.5)), ("1e3", .number(1000)),
            ("2.2250738585072014e-308", .number(2.2250738585072014e-308)),
        ])
    func numbers(text: String, value: JSONValue) throws {
        #expect(try read(text) == value)
    }

    @Test(
        "what is not JSON is refused",
        arguments: [
            "", "01", "-", "1.", ".5", "1e", "+1", "NaN", "Infinity", "[1,]", "[,]", "{\"a\":1,}", "{a:1}", "\"\u{1}\"", "\"\\x\"",
            "\"\\ud800\"", "\"\\ud800\\u0041\"",
            "\"", "[1", "{", "tru", "nul", "1 2", "[1 2]", "{\"a\" 1}", "\u{feff}1", "'a'", "0x10", "1_000", "1e400", "[-2e333]",
        ])
    func refused(text: String) {
        #expect(throws: JSONFault.self) { try read(text) }
    }

    @Test("floats of one form are read as each alone, wherever the form changes", arguments: [",", ", "])
    func evenFloats(separator: String) throws {
        var generator = seeded()
        var texts: [String] = []
        for number in stride(from: 3, to: 1_000_000, by: 17) {
            // Runs of one form, and in between what is no part of it.
            let digits = String(number).leftPadded(6)
            texts.append("\(digits.prefix(1)).\(digits.dropFirst(1).prefix(1 + number % 5))")
            if number % 40 < 30 { texts.append("\(digits.prefix(1)).\(digits.dropFirst())") }
            if number % 23 == 0 {
                texts.append(["-0.25", "17", "0", "1e-3", "0.0", "-0.0", "123.4567891", "9.99999"].randomElement(using: &generator) ?? "1")
            }
        }
        let values = try floats(texts.joined(separator: separator))

        #expect(values.count == texts.count)
        let wrong = zip(values, texts).filter { $0.bitPattern != Float($1)?.bitPattern }.prefix(3)
        #expect(wrong.isEmpty, "\(wrong)")
    }

    @Test(
        "what is nearly a number of the form of its neighbours is refused",
        arguments: [
            "0.12:4", "0.1 34", "0,1234", ":.1234", "/.1234", "0.123", "0.12345", "0:1234", "0.12-4", "0.123\u{1}", " .1234", "0.1234;",
        ])
    func unevenFloats(token: String) {
        let many = Array(repeating: "0.1234", count: 40).joined(separator: ",")
        let isNumber = Float(token) != nil
        let isRead = (try? floats("\(many),\(token),\(many)"))?.count == 81

        #expect(isRead == isNumber)
    }

    @Test(
        "what is no number is refused in the middle of many, where floats are read in words",
        arguments: [
            "01", "00", "-01", "01.5", "1.", ".5", "-", "-.5", "1.e5", "1e", "1.5e", "+1", "0x1", "1 2", "1;", "", "1.2.3", "--1", "1,",
            "NaN",
        ])
    func refusedAmongMany(token: String) {
        let many = [String](repeating: "0.25", count: 50).joined(separator: ",")
        #expect(throws: InferenceFault.self) { try floats("\(many),\(token),\(many)") }
        #expect(throws: Never.self) { try floats("\(many),1.5,\(many)") }
    }

    @Test("nesting is bounded")
    func depth() {
        #expect(throws: JSONFault.self) { try read(String(repeating: "[", count: 100_000)) }
    }

    @Test("escapes, surrogate pairs and UTF-8 are read")
    func strings() throws {
        #expect(try read(#""a\"\\\/\b\f\n\r\té€\u00e9\ud83d\ude00😀""#) == .string("a\"\\/\u{8}\u{c}\n\r\té€é😀😀"))
    }

    @Test("bytes that are changed at random never crash, and what is taken Foundation takes as well")
    func fuzz() throws {
        let seeds = [
            #"{"id":"a","inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[[1.5,-2e3],[0,4]]}],"outputs":[{"name":"y"}],"parameters":{"k":null}}"#,
            #"[true,false,null,"\u00e9\n",-0.0,1e-7,{"a":{"b":[]}}]"#,
        ]
        var generator = seeded()
        for _ in 0..<20_000 {
            var bytes = Array(seeds.randomElement(using: &generator)!.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                default: bytes.insert(bytes[place], at: place)
                }
            }
            let taken = bytes.withUnsafeBufferPointer { buffer -> Bool in
                _ = try? InferenceRequest(buffer)
                var reader = JSONReader(buffer)
                guard (try? reader.value()) != nil else { return false }
                return (try? reader.finish()) != nil
            }
            if taken {
                let known = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
                #expect(known != nil, "\(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }

    @Test("floats that are written read back as the same bits")
    func roundTrip() throws {
        var generator = seeded()
        var values: [Float] = [0, -0.0, 1, -1, 16_777_216, 9_999_999, 1e7, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
        for _ in 0..<20_000 {
            let value = Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &generator))
            if value.isFinite { values.append(value) }
        }
        var writer = JSONWriter()
        writer.elements(of: Tensor(name: "x", shape: [values.count], floats: values))
        let text = String(decoding: writer.bytes.dropFirst().dropLast(), as: UTF8.self)

        #expect(try floats(text).map(\.bitPattern) == values.map(\.bitPattern))
    }
}

extension String {
    fileprivate func leftPadded(_ width: Int) -> String { String(repeating: "0", count: max(0, width - count)) + self }
}
