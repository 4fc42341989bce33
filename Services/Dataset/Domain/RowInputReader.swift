import Contracts
import Foundation

/// Reads rows, labels and version requests out of JSON trees: strict, every fault with its path, and fast enough for bulk.
struct RowInputReader {
    private(set) var faults: [FieldFault] = []

    /// A row; nil when something is wrong. `place` is the beginning of its fields' paths.
    mutating func row(_ value: JSONValue, at place: String) -> RowInput? {
        let before = faults.count
        guard let members = sound(value, at: place) else { return nil }
        refuseUnknown(members, ["id", "input", "context", "label", "group", "subject", "selection", "origin"], at: place)
        let input = members["input"].flatMap { object($0, at: place + "input") }
        if members["input"] == nil { fault(place + "input", "an object of tensor values by input name") }
        let row = RowInput(
            id: text(members["id"], place + "id"), input: input ?? [:],
            context: members["context"].flatMap { $0 == .null ? nil : object($0, at: place + "context") }, label: members["label"],
            group: text(members["group"], place + "group"), subject: text(members["subject"], place + "subject"),
            selection: decoded(members["selection"], place + "selection", as: Selection.self, ["method", "probability", "reason"]),
            origin: decoded(members["origin"], place + "origin", as: RowOrigin.self, ["kind", "requestId", "row"]))
        return faults.count == before ? row : nil
    }

    /// The body of a request for a version.
    mutating func version(_ value: JSONValue) -> NewDatasetVersion? {
        guard let members = object(value, at: "") else { return nil }
        refuseUnknown(members, ["base", "message", "rows", "labels"], at: "")
        let message = text(members["message"], "message")
        if message == nil { fault("message", "a text; the field is required") }
        var version = NewDatasetVersion(base: whole(members["base"], "base"), message: message ?? "")
        version.rows = list(members["rows"], "rows") { reader, value, place in reader.row(value, at: place) }
        version.labels = list(members["labels"], "labels") { reader, value, place in reader.label(value, at: place) }
        return faults.isEmpty ? version : nil
    }

    private mutating func label(_ value: JSONValue, at place: String) -> LabelInput? {
        guard let members = sound(value, at: place) else { return nil }
        refuseUnknown(members, ["rowId", "label", "confidence", "annotators", "selection"], at: place)
        guard let id = text(members["rowId"], place + "rowId"), let label = members["label"] else {
            fault(place + (members["label"] == nil ? "label" : "rowId"), "a value; the field is required")
            return nil
        }
        var confidence: Double?
        if let given = members["confidence"], given != .null {
            confidence = given.doubleValue
            if confidence == nil { fault(place + "confidence", "a number from 0 to 1") }
        }
        return LabelInput(
            rowId: id, label: label, confidence: confidence, annotators: whole(members["annotators"], place + "annotators"),
            selection: decoded(members["selection"], place + "selection", as: Selection.self, ["method", "probability", "reason"]))
    }

    private mutating func list<Item>(
        _ value: JSONValue?, _ place: String, _ read: (inout RowInputReader, JSONValue, String) -> Item?
    ) -> [Item]? {
        guard let value, value != .null else { return nil }
        guard case .array(let elements) = value else {
            fault(place, "a list")
            return nil
        }
        var items: [Item] = []
        for (index, element) in elements.enumerated() where faults.count < RowRules.mostFaults {
            if let item = read(&self, element, "\(place)[\(index)].") { items.append(item) }
        }
        return items
    }

    private mutating func fault(_ field: String, _ expected: String) { faults.append(FieldFault(field, expected: expected)) }

    private mutating func object(_ value: JSONValue, at place: String) -> [String: JSONValue]? {
        if case .object(let members) = value { return members }
        fault(Self.path(place), "an object")
        return nil
    }

    /// A row or a label, whose texts are all looked at once: a database cannot hold U+0000.
    private mutating func sound(_ value: JSONValue, at place: String) -> [String: JSONValue]? {
        if Self.hasNUL(value) {
            fault(Self.path(place), "texts without the character U+0000")
            return nil
        }
        return object(value, at: place)
    }

    private static func path(_ place: String) -> String { place.hasSuffix(".") ? String(place.dropLast()) : place }

    private mutating func refuseUnknown(_ members: [String: JSONValue], _ known: Set<String>, at place: String) {
        for name in members.keys.sorted() where !known.contains(name) {
            fault(place + name, "no such field; the contract does not know it")
        }
    }

    private mutating func text(_ value: JSONValue?, _ place: String) -> String? {
        guard let value, value != .null else { return nil }
        guard let text = value.stringValue, !text.utf8.contains(0) else {
            fault(place, "a text without the character U+0000")
            return nil
        }
        return text
    }

    private mutating func whole(_ value: JSONValue?, _ place: String) -> Int? {
        guard let value, value != .null else { return nil }
        guard let number = value.integerValue, (0...Int64(Int32.max)).contains(number) else {
            fault(place, "a whole number that fits")
            return nil
        }
        return Int(number)
    }

    private mutating func decoded<T: Decodable>(_ value: JSONValue?, _ place: String, as type: T.Type, _ known: Set<String>) -> T? {
        guard let value, value != .null else { return nil }
        guard let members = object(value, at: place) else { return nil }
        refuseUnknown(members, known, at: place + ".")
        let decoded = try? WireJSON.read(type, from: value)
        if decoded == nil { fault(place, "as the contract describes it: \(known.sorted().joined(separator: ", "))") }
        return decoded
    }

    private static func hasNUL(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): text.utf8.contains(0)
        case .array(let elements): elements.contains(where: hasNUL)
        case .object(let members): members.contains { $0.key.utf8.contains(0) || hasNUL($0.value) }
        default: false
        }
    }
}
