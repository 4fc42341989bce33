import Contracts

/// A record of the prediction log as one line for people.
enum LogLine {
    /// Elements of an output that are shown.
    private static let mostElements = 8

    static func text(_ record: JSONValue) -> String {
        let rows = record["rows"]?.integerValue ?? 0
        let outputs = (record["outputs"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\(elements($0.value))" }
        let facts = [
            record["time"]?.stringValue ?? "", "\(record["capability"]?.stringValue ?? "")/\(record["version"]?.integerValue ?? 0)",
            rows == 1 ? "1 row" : "\(rows) rows", "\(record["microseconds"]?.integerValue ?? 0) us", record["requestId"]?.stringValue ?? "",
        ]
        return (facts + outputs).joined(separator: "  ")
    }

    private static func elements(_ value: JSONValue) -> String {
        guard case .array(let elements) = value else { return text(of: value) }
        let shown = elements.prefix(mostElements).map(text(of:)).joined(separator: ",")
        return "[\(shown)\(elements.count > mostElements ? ",… \(elements.count)" : "")]"
    }

    private static func text(of value: JSONValue) -> String { String(decoding: value.canonical, as: UTF8.self) }
}
