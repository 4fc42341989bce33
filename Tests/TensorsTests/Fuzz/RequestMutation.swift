import Statistics

/// Changes a request as an attacker or a broken client would.
struct RequestMutation {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private static let hostile = [
        "[99999999999,99999999999]", "[4611686018427387904,0,4]", "[-1]", "[1e1]", "[2147483648]", "1e999999", "-0", "1e-400", "NaN",
        "184467440737095516160", "0.00000000000000000000000000000000000000000000000001", "\"\\ud800\"", "null", "{}", "[]", "[[]]",
        "\"BYTES\"",
        "\"FP64\"", "{\"binary_data_size\":-1}", "{\"binary_data_size\":9223372036854775807}", "1.00000005960464477539062500001",
    ].map { Array($0.utf8) }

    mutating func next() -> RequestCase {
        var one = pick(RequestCase.seeds)
        for _ in 0..<pick([1, 1, 1, 2, 4]) { change(&one) }
        if Int.random(in: 0..<8, using: &generator) == 0 { one.header = header(one.body.count) }
        return one
    }

    private mutating func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &generator)] }

    private mutating func change(_ one: inout RequestCase) {
        guard !one.body.isEmpty else { return }
        let before = one.body.count
        let place = Int.random(in: 0..<one.body.count, using: &generator)
        switch Int.random(in: 0..<9, using: &generator) {
        case 0: one.body[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: one.body[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: one.body.remove(at: place)
        case 3: one.body.insert(pick(Array("[]{},:\"0-.eE \\".utf8)), at: place)
        case 4: one.body.removeLast(one.body.count - place)
        case 5: one.body.insert(contentsOf: part(of: one.body), at: place)
        case 6: one.body.insert(contentsOf: part(of: pick(RequestCase.seeds).body), at: place)
        case 7: replaceToken(&one.body, from: place)
        default: one.body.insert(contentsOf: [UInt8](repeating: pick(Array("[{\"0".utf8)), count: pick([3, 70, 5000])), at: place)
        }
        // The header follows the JSON now and then, so that the blocks behind it are reached.
        if let header = one.header.flatMap({ Int($0) }), place < header, Bool.random(using: &generator) {
            one.header = String(header + one.body.count - before)
        }
    }

    private mutating func part(of bytes: [UInt8]) -> [UInt8] {
        let start = Int.random(in: 0..<bytes.count, using: &generator)
        return Array(bytes[start..<min(bytes.count, start + Int.random(in: 1...40, using: &generator))])
    }

    /// Puts something hostile where a value begins.
    private mutating func replaceToken(_ body: inout [UInt8], from place: Int) {
        guard let colon = body[place...].firstIndex(of: UInt8(ascii: ":")) ?? body.firstIndex(of: UInt8(ascii: ":")) else { return }
        let end = body[(colon + 1)...].firstIndex { [UInt8(ascii: ","), UInt8(ascii: "}")].contains($0) } ?? body.count
        body.replaceSubrange((colon + 1)..<end, with: pick(Self.hostile))
    }

    private mutating func header(_ length: Int) -> String {
        let lies = ["0", "-1", "+5", " 7", "0x10", "99999999999999999999", "2147483647", "", String(length), String(length + 1)]
        return Bool.random(using: &generator) ? pick(lies) : String(Int.random(in: 0...length, using: &generator))
    }
}
