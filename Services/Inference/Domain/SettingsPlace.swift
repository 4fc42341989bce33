/// What a group of settings is of.
enum SettingsPlace: Sendable, Hashable {
    case log
    case trace
    case modelTrace(String)

    /// As it is stored.
    var text: String {
        switch self {
        case .log: "log"
        case .trace: "trace"
        case .modelTrace(let model): "trace/" + model
        }
    }

    init?(text: String) {
        switch text {
        case "log": self = .log
        case "trace": self = .trace
        default:
            guard text.hasPrefix("trace/") else { return nil }
            self = .modelTrace(String(text.dropFirst(6)))
        }
    }
}
