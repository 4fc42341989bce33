import Contracts

/// What a row has to be, by the interface and the choices of the capability.
struct RowRules: Sendable {
    /// Faults told at once; a file of a wrong kind would have millions.
    static let mostFaults = 20
    private static let longestText = 200

    let interface: Interface?
    let choices: [JSONValue]?

    init(interface: Interface?, choices: [JSONValue]? = nil) {
        self.interface = interface
        self.choices = choices
    }

    init(_ manifest: CapabilityManifest?) {
        self.init(interface: manifest?.interface, choices: manifest?.labeling?.choices)
    }

    /// Checks rows, each with the beginning of its faults' field (`rows[3].`); throws the first faults together.
    func checked(_ rows: [(row: RowInput, place: String)]) throws(Problem) -> [CheckedRow] {
        var checked: [CheckedRow] = []
        var faults: [FieldFault] = []
        checked.reserveCapacity(rows.count)
        for (row, place) in rows {
            let found = self.faults(of: row, at: place)
            var reading = InputReading(place: place + "input")
            let input = reading.values(row.input, interface)
            faults += found + reading.faults
            if faults.count >= Self.mostFaults { break }
            let context = row.context ?? [:]
            checked.append(
                CheckedRow(
                    id: row.id ?? RowID.derived(input: input, context: context), input: input, context: context,
                    label: row.label == .null ? nil : row.label, group: row.group, subject: row.subject, selection: row.selection,
                    origin: row.origin))
        }
        guard faults.isEmpty else { throw Problem(.rowInvalid, errors: Array(faults.prefix(Self.mostFaults))) }
        return checked
    }

    /// Checks labels for rows that are there.
    func check(_ labels: [LabelInput]) throws(Problem) {
        var faults: [FieldFault] = []
        for (index, label) in labels.enumerated() {
            let place = "labels[\(index)]."
            if label.label == .null { faults.append(FieldFault(place + "label", expected: "a label")) }
            faults += labelFaults(label.label, at: place) + selectionFaults(label.selection, at: place)
            if let confidence = label.confidence, !(0...1).contains(confidence) {
                faults.append(FieldFault(place + "confidence", expected: "a number from 0 to 1"))
            }
            if let annotators = label.annotators, annotators < 0 {
                faults.append(FieldFault(place + "annotators", expected: "a whole number, 0 or more"))
            }
            if faults.count >= Self.mostFaults { break }
        }
        guard faults.isEmpty else { throw Problem(.rowInvalid, errors: Array(faults.prefix(Self.mostFaults))) }
    }

    private func faults(of row: RowInput, at place: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        for (name, text) in [("id", row.id), ("group", row.group), ("subject", row.subject)] {
            guard let text, !Self.isName(text) else { continue }
            faults.append(FieldFault(place + name, expected: "1 to \(Self.longestText) bytes without control characters"))
        }
        if let label = row.label, label != .null { faults += labelFaults(label, at: place) }
        if let row = row.origin?.row, row < 0 { faults.append(FieldFault(place + "origin.row", expected: "a whole number, 0 or more")) }
        return faults + selectionFaults(row.selection, at: place) + contextFaults(row.context ?? [:], at: place)
    }

    private func labelFaults(_ label: JSONValue, at place: String) -> [FieldFault] {
        guard let choices, label != .null, !choices.contains(label) else { return [] }
        let listed = choices.prefix(20).map { String(decoding: $0.canonical, as: UTF8.self) }.joined(separator: ", ")
        return [FieldFault(place + "label", expected: "one of \(listed)\(choices.count > 20 ? "…" : "")")]
    }

    private func selectionFaults(_ selection: Selection?, at place: String) -> [FieldFault] {
        guard let probability = selection?.probability, !(0...1).contains(probability) else { return [] }
        return [FieldFault(place + "selection.probability", expected: "a number from 0 to 1")]
    }

    /// Declared fields have their type; others are kept as they are.
    private func contextFaults(_ context: [String: JSONValue], at place: String) -> [FieldFault] {
        (interface?.context ?? []).compactMap { field in
            guard let value = context[field.name], value != .null else { return nil }
            let kind = ElementKind(datatype: field.datatype)
            return kind.normalized(value) == nil ? FieldFault(place + "context." + field.name, expected: kind.expectation) : nil
        }
    }

    private static func isName(_ text: String) -> Bool {
        (1...longestText).contains(text.utf8.count) && !text.utf8.contains { $0 < 32 || $0 == 127 }
    }
}
