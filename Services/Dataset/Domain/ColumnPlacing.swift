import Contracts

/// Finds out what each column of a header is.
struct ColumnPlacing {
    let options: ImportColumns.Options
    let interface: Interface?

    init(options: ImportColumns.Options, interface: Interface?) {
        self.options = options
        self.interface = interface
    }

    mutating func roles(_ header: [String]) throws(Problem) -> [ImportColumns.Role] {
        var roles = header.map(named)
        let missing = [("id", options.id), ("label", options.label), ("group", options.group), ("subject", options.subject)].filter {
            $0.1 != nil && !header.contains($0.1 ?? "")
        }
        var faults = missing.map { FieldFault($0.0, expected: "the name of a column of the file") }
        for name in options.context + options.ignore where !header.contains(name) {
            faults.append(FieldFault("context or ignore", expected: "names of columns of the file, not \(name)"))
        }
        let placed = Set(roles.compactMap { $0.flatMap(Self.input) })
        place(header.indices.filter { roles[$0] == nil }, header, placed, &roles)
        for column in header.indices where roles[column] == nil {
            let name = header[column]
            faults.append(
                FieldFault(
                    "column \(name)",
                    expected:
                        "an input, a context field, id, label, group or subject; say what it is by label=, context= or ignore= in the query"
                ))
        }
        if roles.allSatisfy({ $0.flatMap(Self.input) == nil }) { faults.append(FieldFault("columns", expected: "at least one input")) }
        guard faults.isEmpty else { throw Problem(.rowInvalid, errors: Array(faults.prefix(RowRules.mostFaults))) }
        return roles.compactMap { $0 }
    }

    private static func input(_ role: ImportColumns.Role) -> String? {
        switch role {
        case .input(let name), .element(let name, _): name
        default: nil
        }
    }

    private func named(_ column: String) -> ImportColumns.Role? {
        if options.ignore.contains(column) { return .ignored }
        if options.context.contains(column) { return .context(column) }
        switch column {
        case options.id ?? "id": return .id
        case options.label ?? "label": return .label
        case options.group ?? "group": return .group
        case options.subject ?? "subject": return .subject
        default: break
        }
        let bare = column.hasPrefix("input.") ? String(column.dropFirst("input.".count)) : column
        let isExplicit = bare != column
        if knows(bare) || (isExplicit && interface == nil && Names.isFieldName(bare)) { return .input(bare) }
        if let (name, index) = Self.indexed(bare), knows(name) || interface == nil { return .element(name, index) }
        if column.hasPrefix("context."), Names.isFieldName(String(column.dropFirst("context.".count))) {
            return .context(String(column.dropFirst("context.".count)))
        }
        return (interface?.context ?? []).contains { $0.name == column } ? .context(column) : nil
    }

    private func knows(_ input: String) -> Bool { (interface?.inputs ?? []).contains { $0.name == input } }

    /// `pixels[3]`.
    private static func indexed(_ text: String) -> (name: String, index: Int)? {
        guard text.hasSuffix("]"), let open = text.firstIndex(of: "["), let index = Int(text[text.index(after: open)...].dropLast()),
            index >= 0
        else { return nil }
        return (String(text[..<open]), index)
    }

    /// Columns numbered from 0 under one prefix are the elements of the input that has as many.
    private func place(_ columns: [Int], _ header: [String], _ placed: Set<String>, _ roles: inout [ImportColumns.Role?]) {
        var numbered: [String: [(column: Int, number: Int)]] = [:]
        for column in columns {
            let digits = header[column].reversed().prefix { $0.isASCII && $0.isNumber }
            let prefix = String(header[column].dropLast(digits.count))
            guard !digits.isEmpty, let number = Int(String(digits.reversed())), number < header.count else { continue }
            numbered[prefix, default: []].append((column, number))
        }
        for (prefix, members) in numbered where members.map(\.number).sorted() == Array(0..<members.count) {
            guard let name = target(prefix, members.count, placed) else { continue }
            for (column, number) in members { roles[column] = .element(name, number) }
        }
    }

    private func target(_ prefix: String, _ count: Int, _ placed: Set<String>) -> String? {
        let stem = prefix.hasSuffix("_") || prefix.hasSuffix(".") ? String(prefix.dropLast()) : prefix
        guard let interface else { return Names.isFieldName(stem) ? stem : nil }
        if knows(stem) { return stem }
        let candidates = interface.inputs.filter { field in
            !placed.contains(field.name)
                && field.shape.dropFirst().reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue } == count
        }
        return candidates.count == 1 ? candidates[0].name : nil
    }
}
