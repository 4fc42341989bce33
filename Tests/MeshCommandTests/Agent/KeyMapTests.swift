import Contracts
import Testing

@testable import MeshCommand

@Suite("Keys at the gateway")
struct KeyMapTests {
    private let first = String(repeating: "A1", count: 32)
    private let second = String(repeating: "B2", count: 32)

    @Test("entries are added, changed and taken away, each with one command")
    func commands() {
        var map = KeyMap()
        let steps = ["a.b.c", "a.b.d", "a.b.d", nil, nil].map { map.apply([.init(sha256: first, token: $0)], map: "keys.map") }

        #expect(
            steps == [
                ["add map keys.map \(first) a.b.c"], ["set map keys.map \(first) a.b.d"], [], ["del map keys.map \(first)"], [],
            ])
        #expect(map.file.isEmpty)
    }

    @Test("the file is what it was read from")
    func file() {
        var map = KeyMap()
        _ = map.apply([.init(sha256: second, token: "x.y.z"), .init(sha256: first.lowercased(), token: "a.b.c")], map: "m")

        #expect(map.file == "\(first) a.b.c\n\(second) x.y.z\n")
        #expect(KeyMap(file: map.file) == map)
    }

    @Test(
        "what is no digest or no token never reaches HAProxy",
        arguments: [("A1\nshutdown", "a.b.c"), (String(repeating: "A1", count: 32), "a.b.c; shutdown frontend public"), ("zz", "a.b.c")])
    func refuses(sha256: String, token: String) {
        var map = KeyMap()
        let commands = map.apply([.init(sha256: sha256, token: token)], map: "keys.map")

        #expect(commands.isEmpty)
        #expect(map.tokens.isEmpty)
    }

    @Test("a HAProxy that may know anything gets the whole list, in pieces that fit its buffer, and at once")
    func replacement() {
        var map = KeyMap()
        let entries = (0..<40).map { GatewayEntry(sha256: hexadecimalDigest($0), token: String(repeating: "t", count: 900)) }
        _ = map.apply(entries, map: "keys.map")

        let commands = map.replacement(map: "keys.map", version: "3")

        #expect(commands.last == "commit map @3 keys.map")
        #expect(commands.dropLast().allSatisfy { $0.hasPrefix("add map @3 keys.map <<\n") && $0.utf8.count < 32_000 })
        #expect(commands.dropLast().map { $0.split(separator: "\n").count - 1 }.reduce(0, +) == 40)
    }

    private func hexadecimalDigest(_ number: Int) -> String {
        String(repeating: "0", count: 60) + String(0x1000 + number, radix: 16)
    }
}
