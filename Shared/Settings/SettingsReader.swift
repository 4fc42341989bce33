import Foundation

/// Reads settings from the environment and from flags (which win), and collects every fault before it complains.
///
/// A reading returns a dummy where it notes a fault; ``finish()`` throws before such a value can be used.
public struct SettingsReader: Sendable {
    private let environment: [String: String]
    private let arguments: SettingsArguments
    private var faults: [String]
    private var keys: [(key: String, fallback: String?, help: String)] = []
    /// Keys that the environment does not set.
    private var flags: Set<String> = []
    /// How the program is called, said before the table of keys.
    public var usage: String?

    public init(environment: [String: String], arguments: [String] = []) {
        self.environment = environment
        self.arguments = SettingsArguments(arguments)
        faults = self.arguments.faults
    }

    /// A text; required when there is no default.
    public mutating func string(_ key: String, default fallback: String? = nil, help: String) -> String {
        value(key, fallback: fallback, help: help) {
            $0
        } expected: {
            ""
        } ?? ""
    }

    /// A text that may be absent.
    public mutating func optional(_ key: String, help: String) -> String? {
        note(key, fallback: "", help: help)
        return raw(key)
    }

    /// A text that may be absent and that is given on the command line alone, where a variable of that name may mean something else.
    public mutating func flag(_ key: String, help: String) -> String? {
        flags.insert(key)
        note(key, fallback: "", help: help)
        return arguments.values[key].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A whole number within a range.
    public mutating func integer(_ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil, help: String) -> Int {
        value(key, fallback: fallback, help: help) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        } expected: {
            "a whole number between \(range.lowerBound) and \(range.upperBound)"
        } ?? range.lowerBound
    }

    /// A number within a range.
    public mutating func double(_ key: String, in range: ClosedRange<Double>, default fallback: Double? = nil, help: String) -> Double {
        value(key, fallback: fallback, help: help) { text in
            Double(text).flatMap { range.contains($0) ? $0 : nil }
        } expected: {
            "a number between \(range.lowerBound) and \(range.upperBound)"
        } ?? range.lowerBound
    }

    /// `true` or `false`; a bare flag means `true`.
    public mutating func bool(_ key: String, default fallback: Bool? = nil, help: String) -> Bool {
        value(key, fallback: fallback, help: help) {
            Bool($0.lowercased())
        } expected: {
            "true or false"
        } ?? false
    }

    /// A duration given in milliseconds.
    public mutating func duration(
        milliseconds key: String, in range: ClosedRange<Int> = 0...86_400_000, default fallback: Int? = nil, help: String
    ) -> Duration {
        .milliseconds(integer(key, in: range, default: fallback, help: help))
    }

    /// An absolute URL with one of these schemes.
    public mutating func url(_ key: String, schemes: Set<String> = ["http", "https"], default fallback: String? = nil, help: String) -> URL
    {
        let parse: (String) -> URL? = { text in
            guard let url = URL(string: text), let scheme = url.scheme, schemes.contains(scheme), url.host?.isEmpty == false else {
                return nil
            }
            return url
        }
        let expected = { "a URL that starts with " + schemes.sorted().map { $0 + "://" }.joined(separator: " or ") }
        let text = value(key, fallback: fallback, help: help) {
            parse($0) == nil ? nil : $0
        } expected: {
            expected()
        }
        return text.flatMap(parse) ?? URL(filePath: "/")
    }

    /// A secret; required. Its text never shows in a fault.
    public mutating func secret(_ key: String, minimumLength: Int = 1, help: String) -> Secret {
        note(key, fallback: nil, help: help)
        guard let text = raw(key) else {
            faults.append("\(key) is missing: \(help)")
            return Secret("")
        }
        if text.utf8.count < minimumLength { faults.append("\(key) must have at least \(minimumLength) bytes") }
        return Secret(text)
    }

    /// A secret that may be absent.
    public mutating func optionalSecret(_ key: String, help: String) -> Secret? {
        optional(key, help: help).map(Secret.init)
    }

    /// The text of the file that the setting names; required.
    public mutating func fileContents(_ key: String, help: String) -> String {
        note(key, fallback: nil, help: help)
        guard let path = raw(key) else {
            faults.append("\(key) is missing: \(help)")
            return ""
        }
        guard let contents = try? String(contentsOf: URL(filePath: path), encoding: .utf8) else {
            faults.append("\(key) names a file that cannot be read: '\(path)'")
            return ""
        }
        return contents
    }

    /// Notes a fault that only the reader of several settings can see.
    public mutating func fault(_ sentence: String) {
        faults.append(sentence)
    }

    /// Throws all faults at once, or the table of keys when `--help` was asked for.
    public func finish() throws(SettingsError) {
        if arguments.wantsHelp { throw SettingsError(help: table) }
        let known = Set(keys.map(\.key))
        let unknown = arguments.values.keys.filter { !known.contains($0) }.sorted()
        let all = faults + unknown.map { "unknown flag \(SettingsArguments.flag($0)); --help lists the flags" }
        if !all.isEmpty { throw SettingsError(faults: all) }
    }

    /// The keys read so far, one a line, with default and meaning.
    private var table: String {
        let lines = keys.map { entry in
            let fallback = entry.fallback.map { $0.isEmpty ? "optional" : "default \($0)" } ?? "required"
            let name = flags.contains(entry.key) ? "" : "\(entry.key) or "
            return "  \(name)\(SettingsArguments.flag(entry.key)) (\(fallback))\n      \(entry.help)"
        }
        return ((usage.map { [$0, ""] } ?? []) + ["Settings, from the environment or as flags:"] + lines).joined(separator: "\n")
    }

    private func raw(_ key: String) -> String? {
        let text = arguments.values[key] ?? environment[key]
        return text?.isEmpty == true ? nil : text
    }

    private mutating func note(_ key: String, fallback: String?, help: String) {
        if !keys.contains(where: { $0.key == key }) { keys.append((key, fallback, help)) }
    }

    private mutating func value<Value>(
        _ key: String, fallback: Value?, help: String, _ parse: (String) -> Value?, expected: () -> String
    ) -> Value? {
        note(key, fallback: fallback.map { "\($0)" }, help: help)
        guard let text = raw(key) else {
            if fallback == nil { faults.append("\(key) is missing: \(help)") }
            return fallback
        }
        guard let value = parse(text) else {
            faults.append("\(key) must be \(expected()), not '\(text)'")
            return fallback
        }
        return value
    }
}
