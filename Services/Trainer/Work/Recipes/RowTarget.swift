import Contracts
import Evaluation

/// What a row's label is to a fit.
enum RowTarget: Sendable {
    /// A class's position.
    case position(LabelSet)
    case number
    /// Nothing: the rows alone count.
    case none

    var isNumber: Bool {
        if case .position = self { false } else { true }
    }

    /// Throws ``EvaluationError`` for a label that is none of the choices, or no number.
    func value(of row: DatasetRow) throws(EvaluationError) -> Double {
        switch self {
        case .number: return try row.number
        case .none: return 0
        case .position(let set):
            let label = row.label ?? .null
            guard let position = set.position(of: label) else {
                throw .row(id: row.id, "its label \(String(decoding: label.canonical, as: UTF8.self)) is none of the choices")
            }
            return Double(position)
        }
    }
}

extension DatasetRow {
    var isLabeled: Bool { label != nil && label != .null }

    /// The label as a number. Throws ``EvaluationError`` where it is none.
    var number: Double {
        get throws(EvaluationError) {
            guard let number = label?.doubleValue, number.isFinite else { throw .row(id: id, "its label is no number") }
            return number
        }
    }
}
