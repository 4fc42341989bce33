import Contracts

/// Which requests write a trace with their times, in the words of Triton's trace extension.
///
/// A trace is a line of the log. Triton's settings of files and modes have no meaning here and are refused by name.
struct TraceSettings: Sendable, Hashable {
    /// Whether requests are traced at all: `TIMESTAMPS`, and `OFF` when not.
    var isOn = false
    /// One in so many requests is traced.
    var rate = 1_000
    /// So many more requests are traced; without end when nil.
    var count: Int?

    static let names = ["trace_level", "trace_rate", "trace_count"]

    /// Numbers are texts, as in Triton.
    var json: JSONValue {
        [
            "trace_level": [.string(isOn ? "TIMESTAMPS" : "OFF")], "trace_rate": .string(String(rate)),
            "trace_count": .string(String(count ?? -1)),
        ]
    }

    /// The settings with some of them changed; throws a fault that names the setting.
    func changed(by members: [String: JSONValue]) throws(FieldFault) -> TraceSettings {
        var changed = self
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            switch name {
            case "trace_level": changed.isOn = try Self.level(name, value)
            case "trace_rate": changed.rate = try Self.number(name, value, from: 1)
            case "trace_count":
                let count = try Self.number(name, value, from: -1)
                changed.count = count < 0 ? nil : count
            default:
                throw FieldFault(name, expected: "no such setting; traces go to the log, by \(Self.names.joined(separator: ", "))")
            }
        }
        return changed
    }

    /// One level or a list of levels.
    private static func level(_ name: String, _ value: JSONValue) throws(FieldFault) -> Bool {
        let levels = value.arrayValue ?? [value]
        switch levels.map(\.stringValue) {
        case ["OFF"]: return false
        case ["TIMESTAMPS"]: return true
        default: throw FieldFault(name, expected: "OFF or TIMESTAMPS")
        }
    }

    /// A number, or a text that is one.
    private static func number(_ name: String, _ value: JSONValue, from least: Int) throws(FieldFault) -> Int {
        let number = value.integerValue.flatMap { Int(exactly: $0) } ?? value.stringValue.flatMap { Int($0) }
        guard let number, number >= least, number <= Int(Int32.max) else {
            throw FieldFault(name, expected: "a whole number, \(least) or more")
        }
        return number
    }
}
