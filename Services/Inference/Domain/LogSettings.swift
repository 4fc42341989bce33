import Contracts

/// What the process logs, in the words of Triton's logging extension.
struct LogSettings: Sendable, Hashable {
    var info = true
    var warning = true
    var error = true
    /// 0 logs nothing more, 1 what helps to find a fault, 2 and more everything.
    var verboseLevel = 0

    /// Names of the settings, in the order of Triton's documentation.
    static let names = ["log_file", "log_info", "log_warning", "log_error", "log_verbose_level", "log_format"]

    /// Lines go to standard error, and times in them are ISO 8601: neither changes while the process runs.
    private static let fixed: [String: JSONValue] = ["log_file": "", "log_format": "ISO8601"]

    var json: JSONValue {
        var members: [String: JSONValue] = [
            "log_info": .bool(info), "log_warning": .bool(warning), "log_error": .bool(error),
            "log_verbose_level": .integer(Int64(verboseLevel)),
        ]
        members.merge(Self.fixed) { $1 }
        return .object(members)
    }

    /// The settings with some of them changed; throws a fault that names the setting that cannot be.
    func changed(by members: [String: JSONValue]) throws(FieldFault) -> LogSettings {
        var changed = self
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            switch name {
            case "log_info": changed.info = try Self.flag(name, value)
            case "log_warning": changed.warning = try Self.flag(name, value)
            case "log_error": changed.error = try Self.flag(name, value)
            case "log_verbose_level": changed.verboseLevel = try Self.level(name, value)
            default: try Self.requireFixed(name, value)
            }
        }
        return changed
    }

    private static func flag(_ name: String, _ value: JSONValue) throws(FieldFault) -> Bool {
        guard let flag = value.boolValue else { throw FieldFault(name, expected: "true or false") }
        return flag
    }

    private static func level(_ name: String, _ value: JSONValue) throws(FieldFault) -> Int {
        guard let level = value.integerValue, let number = Int32(exactly: level), number >= 0 else {
            throw FieldFault(name, expected: "a whole number, 0 or more")
        }
        return Int(number)
    }

    /// What a client reads it may write back, and nothing else.
    private static func requireFixed(_ name: String, _ value: JSONValue) throws(FieldFault) {
        guard let present = fixed[name] else {
            throw FieldFault(name, expected: "no such setting; there are \(names.joined(separator: ", "))")
        }
        guard value == present else {
            throw FieldFault(name, expected: "'\(present.stringValue ?? "")', which cannot be changed while the server runs")
        }
    }
}
