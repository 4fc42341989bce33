import Contracts
import Foundation

/// The keys and sessions that the gateway knows: SHA-256 of the secret -> current token.
struct KeyMap: Sendable, Hashable {
    private(set) var tokens: [String: String]

    init(tokens: [String: String] = [:]) {
        self.tokens = tokens
    }

    /// Reads the lines of a HAProxy map.
    init(file: String) {
        tokens = [:]
        for line in file.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            if parts.count == 2 { tokens[String(parts[0])] = String(parts[1]) }
        }
    }

    /// Lines of a HAProxy map, sorted.
    var file: String {
        tokens.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
    }

    /// Takes in what changed. Returns the commands that tell a running HAProxy, for the map `name`.
    mutating func apply(_ entries: [GatewayEntry], map name: String) -> [String] {
        var commands: [String] = []
        for entry in entries where Self.isSound(entry) {
            let key = entry.sha256.uppercased()
            let isKnown = tokens[key] != nil
            switch (entry.token, isKnown) {
            case (let token?, true) where token != tokens[key]: commands.append("set map \(name) \(key) \(token)")
            case (let token?, false): commands.append("add map \(name) \(key) \(token)")
            case (nil, true): commands.append("del map \(name) \(key)")
            default: break
            }
            tokens[key] = entry.token
        }
        return commands
    }

    /// The commands that make a running HAProxy know exactly these, whatever it knew. `version` is what `prepare map` answered.
    func replacement(map name: String, version: String) -> [String] {
        // HAProxy takes what fits its buffer of 32 KiB at once; a token has up to 1 KiB.
        let lines = tokens.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let pieces = stride(from: 0, to: lines.count, by: 16).map { lines[$0..<min($0 + 16, lines.count)].joined(separator: "\n") }
        return pieces.map { "add map @\(version) \(name) <<\n\($0)\n" } + ["commit map @\(version) \(name)"]
    }

    /// A digest and a token and nothing else: neither may smuggle a command into HAProxy.
    private static func isSound(_ entry: GatewayEntry) -> Bool {
        let isDigest = entry.sha256.utf8.count == 64 && entry.sha256.allSatisfy(\.isHexDigit)
        let isToken = entry.token?.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || [45, 46, 95].contains(byte)
        }
        return isDigest && isToken != false
    }
}
