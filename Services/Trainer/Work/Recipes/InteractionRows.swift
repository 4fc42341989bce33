import Contracts
import Evaluation
import LinearAlgebra
import Recipes

/// Rows as what users did with items.
struct InteractionRows: Sendable {
    let users: Identities
    let items: Identities
    let entries: [Interactions.Entry]

    /// A row's label is the value of the pair, 1 where there is none; of a row with one input it is the item.
    ///
    /// Throws ``EvaluationError`` for a row that does not fit.
    init(_ rows: [DatasetRow], ports: FactorPorts, interface: Interface) throws {
        let inputs = interface.inputs
        let users = try rows.map { try Self.input(inputs[0], of: $0) }
        let items: [JSONValue]
        let values: [Double]
        switch ports {
        case .score:
            items = try rows.map { try Self.input(inputs[1], of: $0) }
            values = try rows.map { $0.isLabeled ? try $0.number : 1 }
        case .ranking:
            items = try rows.map { row in
                guard let item = row.label, row.isLabeled else { throw EvaluationError.row(id: row.id, "it names no item as its label") }
                return item
            }
            values = rows.map { _ in 1 }
        }
        let (userNames, userPlaces) = try Self.indexed(users, rows, datatype: inputs[0].datatype)
        let itemType = inputs.count > 1 ? inputs[1].datatype : interface.outputs.first { $0.datatype != "FP32" }?.datatype ?? "BYTES"
        let (itemNames, itemPlaces) = try Self.indexed(items, rows, datatype: itemType)
        self.users = userNames
        self.items = itemNames
        entries = rows.indices.map { Interactions.Entry(user: userPlaces[$0], item: itemPlaces[$0], value: values[$0]) }
    }

    private static func input(_ field: Interface.Field, of row: DatasetRow) throws(EvaluationError) -> JSONValue {
        let elements = try InputBatch.elements(of: field, in: row)
        guard elements.count == 1 else { throw .row(id: row.id, "input \(field.name) has \(elements.count) values where 1 was expected") }
        return elements[0]
    }

    private static func indexed(
        _ values: [JSONValue], _ rows: [DatasetRow], datatype: String
    ) throws(EvaluationError) -> (Identities, [Int]) {
        if datatype == "INT64" {
            var numbers: [Int64] = []
            for (value, row) in zip(values, rows) {
                guard let number = value.integerValue else { throw .row(id: row.id, "a user or an item is no whole number") }
                numbers.append(number)
            }
            return Identities.indexed(numbers)
        }
        var texts: [String] = []
        for (value, row) in zip(values, rows) {
            guard let text = value.stringValue else { throw .row(id: row.id, "a user or an item is no text") }
            texts.append(text)
        }
        return Identities.indexed(texts)
    }
}
