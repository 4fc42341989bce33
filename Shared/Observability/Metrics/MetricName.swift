/// What metric and label names may look like (Prometheus data model).
enum MetricName {
    /// The name with foreign characters replaced by `_` and the suffix added unless it is there.
    static func valid(_ label: String, suffix: String = "") -> String {
        let name = replaced(label, extra: ":")
        return name.hasSuffix(suffix) ? name : name + suffix
    }

    static func validLabel(_ label: String) -> String {
        let name = replaced(label, extra: "")
        return name.hasPrefix("__") ? "label" + name : name
    }

    /// A label value with backslash, quote and newline escaped.
    static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A }) else { return value }
        return value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n", "\r\n": text += "\\n"
            default: text.append(character)
            }
        }
    }

    /// A HELP line for a family that nobody described: its name in words.
    static func sentence(_ name: String) -> String {
        name.split(separator: "_").joined(separator: " ")
    }

    private static func replaced(_ text: String, extra: String) -> String {
        var name = String(
            text.unicodeScalars.map { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || extra.unicodeScalars.contains(scalar))
                    ? Character(scalar) : "_"
            })
        if name.isEmpty || name.first?.isNumber == true { name = "_" + name }
        return name
    }
}
