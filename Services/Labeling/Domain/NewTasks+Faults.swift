import Contracts

extension NewTasks {
    /// Most tasks in one request.
    static let most = 10_000

    /// What is wrong with the tasks, at most twenty faults at once.
    func faults(_ rules: LabelingRules) -> [FieldFault] {
        var faults = reasonFaults(reason)
        if !(1...Self.most).contains(tasks.count) { faults.append(FieldFault("tasks", expected: "1 to \(Self.most) tasks")) }
        for (index, task) in tasks.enumerated() where faults.count < 20 {
            faults += task.faults(at: "tasks[\(index)]", rules)
        }
        return faults
    }
}

extension NewTask {
    func faults(at path: String, _ rules: LabelingRules) -> [FieldFault] {
        var faults: [FieldFault] = []
        if !(1...255).contains(rowId.utf8.count) { faults.append(FieldFault("\(path).rowId", expected: "a text of 1 to 255 bytes")) }
        let names = Set(rules.interface.inputs.map(\.name))
        for name in input.keys.sorted() where !names.contains(name) {
            faults.append(
                FieldFault("\(path).input.\(name)", expected: "an input of the interface: \(names.sorted().joined(separator: ", "))"))
        }
        for field in rules.interface.inputs {
            let size = field.rowSize
            let count = input[field.name]?.leafCount
            if count == nil || size != nil && count != size {
                faults.append(FieldFault("\(path).input.\(field.name)", expected: size.map { "\($0) values" } ?? "a list of values"))
            }
        }
        let contexts = Set((rules.interface.context ?? []).map(\.name))
        for name in (context ?? [:]).keys.sorted() where !contexts.contains(name) {
            faults.append(FieldFault("\(path).context.\(name)", expected: "a context field of the interface"))
        }
        if let gold, rules.choice(gold) == nil {
            faults.append(FieldFault("\(path).gold", expected: "one of the choices"))
        }
        if let probability = selection?.probability, !(0...1).contains(probability) {
            faults.append(FieldFault("\(path).selection.probability", expected: "a number from 0 to 1"))
        }
        return faults
    }
}

extension Interface.Field {
    /// How many values a row has; nil where that is open, or more than anybody sends.
    var rowSize: Int? {
        var size = 1
        for dimension in shape.dropFirst() {
            let (product, hasOverflowed) = size.multipliedReportingOverflow(by: dimension)
            guard dimension >= 0, !hasOverflowed else { return nil }
            size = product
        }
        return size
    }
}

extension JSONValue {
    /// How many numbers, texts and truth values it holds, nested lists counted through; nil when it holds anything else.
    var leafCount: Int? {
        switch self {
        case .integer, .number, .string, .bool: 1
        case .array(let elements):
            elements.reduce(0 as Int?) { sum, element in
                guard let sum, let count = element.leafCount else { return nil }
                return sum + count
            }
        case .null, .object: nil
        }
    }

    /// The numbers, texts and truth values, row-major.
    var leaves: [JSONValue] {
        if case .array(let elements) = self { elements.flatMap(\.leaves) } else { [self] }
    }
}
