import Contracts

/// What each column of a CSV file is, by its name and by what the owner said.
///
/// - `id`, `label`, `group`, `subject`; another column may be named for each;
/// - an input's name, or `input.` and the name: the whole value, as a JSON list when it has several elements;
/// - `pixels[0]`, `pixels[1]`…: its elements; `p0`, `p1`… too, when they are as many as an input has that no other column gives;
/// - a context field's name, or `context.` and any name.
struct ImportColumns: Sendable {
    /// What the owner said.
    struct Options: Sendable, Hashable {
        var id: String?
        var label: String?
        var group: String?
        var subject: String?
        var context: [String] = []
        var ignore: [String] = []
    }

    enum Role: Sendable, Hashable {
        case id
        case label
        case group
        case subject
        case input(String)
        case element(String, Int)
        case context(String)
        case ignored
    }

    let roles: [Role]
    private let header: [String]
    private let rules: RowRules

    /// Throws a problem that names every column nobody can place.
    init(_ header: [String], _ options: Options, _ rules: RowRules) throws(Problem) {
        self.header = header
        self.rules = rules
        var placing = ColumnPlacing(options: options, interface: rules.interface)
        roles = try placing.roles(header)
    }

    /// A record as a row; what cannot be read is noted in `faults` with line and column.
    func row(_ record: CSVDocument.Record, _ faults: inout [FieldFault]) -> RowInput {
        var row = RowInput(input: [:])
        var elements: [String: [(index: Int, value: JSONValue)]] = [:]
        var context: [String: JSONValue] = [:]
        for (column, role) in roles.enumerated() {
            let text = record.fields[column]
            if text.isEmpty, role != .ignored, !role.isElement { continue }
            switch role {
            case .id: row.id = text
            case .label: row.label = label(text)
            case .group: row.group = text
            case .subject: row.subject = text
            case .input(let name):
                if let value = value(text, of: name) { row.input[name] = value } else { fault(record, column, kind(of: name), &faults) }
            case .element(let name, let index):
                guard let value = Cell.value(text, kind(of: name)) else {
                    fault(record, column, kind(of: name), &faults)
                    continue
                }
                elements[name, default: []].append((index, value))
            case .context(let name):
                let kind = rules.interface?.context?.first { $0.name == name }.map { ElementKind(datatype: $0.datatype) }
                if let value = Cell.value(text, kind) { context[name] = value } else { fault(record, column, kind, &faults) }
            case .ignored: break
            }
        }
        for (name, list) in elements { row.input[name] = .array(list.sorted { $0.index < $1.index }.map(\.value)) }
        row.context = context
        return row
    }

    private func kind(of input: String) -> ElementKind? {
        rules.interface?.inputs.first { $0.name == input }.map { ElementKind(datatype: $0.datatype) }
    }

    private func value(_ text: String, of input: String) -> JSONValue? {
        text.hasPrefix("[") ? try? RowJSON.value(Array(text.utf8)) : Cell.value(text, kind(of: input))
    }

    /// The choice that is written so, else what it looks like.
    private func label(_ text: String) -> JSONValue {
        rules.choices?.first { $0.stringValue == text || String(decoding: $0.canonical, as: UTF8.self) == text } ?? Cell.guess(text)
    }

    private func fault(_ record: CSVDocument.Record, _ column: Int, _ kind: ElementKind?, _ faults: inout [FieldFault]) {
        let expected = kind?.expectation ?? "a value or a JSON list"
        faults.append(
            FieldFault("line \(record.line): column \(header[column])", expected: "\(expected), not “\(record.fields[column].prefix(40))”"))
    }
}

extension ImportColumns.Role {
    var isElement: Bool { if case .element = self { true } else { false } }
}

/// The text of one field as a value.
enum Cell {
    static func value(_ text: String, _ kind: ElementKind?) -> JSONValue? {
        guard let kind else { return guess(text) }
        switch kind.datatype {
        case "BYTES": return .string(text)
        case "BOOL":
            switch text.lowercased() {
            case "true", "1": return true
            case "false", "0": return false
            default: return nil
            }
        default: return number(text).flatMap(kind.normalized)
        }
    }

    /// A number or a truth value where it looks like one; leading zeros make a text, as in 007.
    static func guess(_ text: String) -> JSONValue {
        if text == "true" || text == "false" { return .bool(text == "true") }
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        if digits.hasPrefix("0"), digits.count > 1, !digits.hasPrefix("0.") { return .string(text) }
        return number(text) ?? .string(text)
    }

    private static func number(_ text: String) -> JSONValue? {
        if let whole = Int64(text) { return .integer(whole) }
        guard let first = text.utf8.first(where: { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }),
            (48...57).contains(first) || first == 46,
            let value = Double(text), value.isFinite
        else { return nil }
        return .number(value)
    }
}
