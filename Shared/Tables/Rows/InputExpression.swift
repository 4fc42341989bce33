/// SQL that makes the list of an input's elements out of a column. What cannot be read is NULL: the element, or the list.
struct InputExpression {
    /// Elements from which on a row is large.
    private static let largeRow = 4096

    let field: TensorField
    private let target: String

    init(_ field: TensorField) {
        self.field = field
        target = field.sqlElement
    }

    /// The list of a column of any type.
    func list(_ column: String, type: String) -> String {
        if type == "JSON" { return json(column) }
        let (element, depth) = Self.parts(type)
        guard depth > 0 else {
            return element == "VARCHAR" ? text(column) : single(self.element(column, type: type))
        }
        let plain =
            type.hasSuffix("[]") && depth == 1 ? column : "TRY_CAST(\(column) AS \(element)\(String(repeating: "[]", count: depth)))"
        let flat = depth == 1 ? plain : flattened(plain, depth: depth)
        if element == target { return flat }
        return "list_transform(\(flat), lambda e: \(self.element("e", type: element)))"
    }

    /// One element out of a value of any type.
    func element(_ value: String, type: String) -> String {
        if type == target { return value }
        switch (target, type) {
        case ("FLOAT", _), ("DOUBLE", _): return "TRY_CAST(\(value) AS \(target))"
        case ("VARCHAR", "JSON"): return "json_extract_string(\(value), '$')"
        case ("VARCHAR", _): return "CAST(\(value) AS VARCHAR)"
        case ("BOOLEAN", "VARCHAR"): return "TRY_CAST(\(value) AS BOOLEAN)"
        case ("BOOLEAN", _): return "CASE \(value) WHEN 0 THEN FALSE WHEN 1 THEN TRUE END"
        // Casts to whole numbers round: only what is whole may be cast.
        case (_, "VARCHAR"):
            return "CASE WHEN regexp_full_match(\(value), '\\s*[+-]?[0-9]+(\\.0*)?\\s*') THEN TRY_CAST(\(value) AS \(target)) END"
        case (_, "FLOAT"), (_, "DOUBLE"): return "CASE WHEN \(value) = trunc(\(value)) THEN TRY_CAST(\(value) AS \(target)) END"
        case (_, let decimal) where decimal.hasPrefix("DECIMAL"):
            return "CASE WHEN \(value) = trunc(\(value)) THEN TRY_CAST(\(value) AS \(target)) END"
        default: return "TRY_CAST(\(value) AS \(target))"
        }
    }

    /// A text is a JSON array, or a single value as it stands.
    private func text(_ column: String) -> String {
        // The call keeps the cast out of the reader of the file, where a value that it does not take would end everything.
        let array = json("TRY_CAST(concat(\(column), '') AS JSON)")
        guard field.width == 1 else { return array }
        return "CASE WHEN starts_with(\(column), '[') THEN \(array) ELSE \(single(element(column, type: "VARCHAR"))) END"
    }

    private func single(_ element: String) -> String { "list_value(\(element))" }

    /// A JSON array, flat or as deep as the input's shape; for one element also the value alone.
    private func json(_ value: String) -> String {
        let flat = elements(of: value, depth: 1)
        let depth = field.dimensions.count
        let array =
            depth < 2
            ? flat : "CASE WHEN json_type(\(value), '$[0]') = 'ARRAY' THEN \(nested(value, depth: depth)) ELSE \(flat) END"
        let alone = field.width == 1 ? single(element("json_extract_string(\(value), '$')", type: "VARCHAR")) : "NULL"
        return "CASE json_type(\(value)) WHEN 'ARRAY' THEN \(array) WHEN 'NULL' THEN NULL WHEN 'OBJECT' THEN NULL ELSE \(alone) END"
    }

    /// Lists of lists take many times their size in the engine: where a row is large, numbers are read as if there was one list, once there
    /// are as many lists as the shape says.
    private func nested(_ json: String, depth: Int) -> String {
        guard target != "VARCHAR", let width = field.width, width > Self.largeRow else { return elements(of: json, depth: depth) }
        let text = "CAST(\(json) AS VARCHAR)"
        let lists = field.dimensions.dropLast().reduce((count: 1, product: 1)) { ($0.count + $0.product * $1, $0.product * $1) }.count
        let flat = elements(of: "('[' || regexp_replace(\(text), '[\\[\\]]', '', 'g') || ']')", depth: 1)
        return "CASE WHEN len(\(text)) - len(replace(\(text), '[', '')) = \(lists) THEN \(flat) END"
    }

    private func elements(of json: String, depth: Int) -> String {
        let brackets = String(repeating: "[]", count: depth)
        // Texts keep what a cast to a number would round or fold.
        let type = ["FLOAT", "DOUBLE", "VARCHAR"].contains(target) ? target : "VARCHAR"
        let lists = "TRY_CAST(\(json) AS \(type)\(brackets))"
        let flat = depth == 1 ? lists : flattened(lists, depth: depth)
        return type == target ? flat : "list_transform(\(flat), lambda e: \(element("e", type: type)))"
    }

    /// Nested lists as one, when the inner ones are as long as the shape says; else NULL.
    private func flattened(_ lists: String, depth: Int) -> String {
        let inner = field.dimensions.dropFirst(max(1, field.dimensions.count - depth + 1))
        guard depth == field.dimensions.count else { return "NULL::\(target)[]" }
        return inner.reduce(lists) { lists, size in
            guard size > 0 else { return "flatten(\(lists))" }
            return "CASE WHEN len(list_filter(\(lists), lambda l: len(l) IS DISTINCT FROM \(size))) = 0 THEN flatten(\(lists)) END"
        }
    }

    /// `FLOAT[2][]` is FLOAT, two deep.
    private static func parts(_ type: String) -> (element: String, depth: Int) {
        var element = Substring(type)
        var depth = 0
        while element.hasSuffix("]"), let bracket = element.lastIndex(of: "[") {
            element = element[..<bracket]
            depth += 1
        }
        return (String(element), depth)
    }
}
