import Contracts

/// Brings the inputs of a row into their one form and notes what is wrong.
struct InputReading {
    /// Path of the row's inputs.
    let place: String
    private(set) var faults: [FieldFault] = []

    init(place: String) { self.place = place }

    mutating func values(_ given: [String: JSONValue], _ interface: Interface?) -> [String: JSONValue] {
        guard let interface else { return loose(given) }
        var values: [String: JSONValue] = [:]
        for field in interface.inputs {
            guard let value = given[field.name], value != .null else {
                faults.append(FieldFault("\(place).\(field.name)", expected: "a value; the interface has this input"))
                continue
            }
            if let value = checked(value, field) { values[field.name] = value }
        }
        let names = interface.inputs.map(\.name)
        for name in given.keys.sorted() where !names.contains(name) {
            faults.append(FieldFault("\(place).\(name)", expected: "no such input; the interface has \(names.joined(separator: ", "))"))
        }
        return values
    }

    /// Without an interface anything is taken; lists are flat all the same, so that an element has one position.
    private mutating func loose(_ given: [String: JSONValue]) -> [String: JSONValue] {
        if given.isEmpty { faults.append(FieldFault(place, expected: "at least one input")) }
        for name in given.keys.sorted() where !Names.isFieldName(name) {
            faults.append(FieldFault("\(place).\(name)", expected: Names.fieldExpectation))
        }
        return given.mapValues { value in
            guard case .array(let elements) = value else { return value }
            return .array(Self.flat(elements))
        }
    }

    private mutating func checked(_ value: JSONValue, _ field: Interface.Field) -> JSONValue? {
        let dimensions = field.shape.dropFirst()
        let isList = !dimensions.isEmpty && dimensions != [1]
        let path = "\(place).\(field.name)"
        let elements: [JSONValue]
        if case .array(let given) = value { elements = Self.flat(given) } else { elements = [value] }
        let fixed = dimensions.filter { $0 > 0 }.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
        let isVariable = dimensions.contains(-1)
        guard isVariable ? elements.count % max(fixed, 1) == 0 : elements.count == fixed else {
            let wanted = isVariable ? "a multiple of \(fixed) elements" : fixed == 1 ? "one element" : "\(fixed) elements"
            faults.append(FieldFault(path, expected: "\(wanted), not \(elements.count)"))
            return nil
        }
        let kind = ElementKind(datatype: field.datatype)
        var normalized: [JSONValue] = []
        normalized.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard let value = kind.normalized(element), Self.isWithin(value, field) else {
                faults.append(FieldFault(isList ? "\(path)[\(index)]" : path, expected: Self.expectation(kind, field)))
                return nil
            }
            normalized.append(value)
        }
        // A shape with two variable sizes could not be told from a flat list.
        if dimensions.count(where: { $0 < 0 }) > 1 { return value }
        return isList ? .array(normalized) : normalized.first
    }

    private static func isWithin(_ value: JSONValue, _ field: Interface.Field) -> Bool {
        guard let number = value.doubleValue else { return true }
        return number >= field.minimum ?? -.infinity && number <= field.maximum ?? .infinity
    }

    private static func expectation(_ kind: ElementKind, _ field: Interface.Field) -> String {
        switch (field.minimum, field.maximum) {
        case (let low?, let high?): "\(kind.expectation) from \(low.formatted()) to \(high.formatted())"
        case (let low?, nil): "\(kind.expectation), \(low.formatted()) or more"
        case (nil, let high?): "\(kind.expectation), \(high.formatted()) or less"
        case (nil, nil): kind.expectation
        }
    }

    private static func flat(_ elements: [JSONValue]) -> [JSONValue] {
        elements.contains { if case .array = $0 { true } else { false } }
            ? elements.flatMap { element in if case .array(let inner) = element { flat(inner) } else { [element] } } : elements
    }
}

extension Double {
    /// Without a fraction where there is none.
    fileprivate func formatted() -> String { Int64(exactly: self).map(String.init) ?? description }
}
