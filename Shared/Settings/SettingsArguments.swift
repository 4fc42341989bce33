/// The flags of a command line: `--listen-port 1`, `--listen-port=1` or a bare `--verbose`, by key (`LISTEN_PORT`).
struct SettingsArguments: Sendable {
    private(set) var values: [String: String] = [:]
    private(set) var faults: [String] = []
    private(set) var wantsHelp = false

    init(_ arguments: [String]) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--help" || argument == "-h" {
                wantsHelp = true
            } else if argument.hasPrefix("--"), argument.count > 2 {
                take(argument.dropFirst(2), &rest)
            } else {
                faults.append("unexpected argument '\(argument)': flags look like --listen-port 8080")
            }
        }
    }

    private mutating func take(_ flag: Substring, _ rest: inout ArraySlice<String>) {
        if let equals = flag.firstIndex(of: "=") {
            values[Self.key(flag[..<equals])] = String(flag[flag.index(after: equals)...])
        } else if let next = rest.first, !next.hasPrefix("--") {
            values[Self.key(flag)] = rest.removeFirst()
        } else {
            values[Self.key(flag)] = "true"
        }
    }

    /// `LISTEN_PORT` for `listen-port`.
    static func key(_ flag: Substring) -> String {
        String(flag.map { $0 == "-" ? "_" : Character($0.uppercased()) })
    }

    /// `--listen-port` for `LISTEN_PORT`.
    static func flag(_ key: String) -> String {
        "--" + key.lowercased().split(separator: "_").joined(separator: "-")
    }
}
