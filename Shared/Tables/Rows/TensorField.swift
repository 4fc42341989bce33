import Contracts
import Tensors

/// One input of a model, as rows of a table hold it: a list of elements, row-major.
public struct TensorField: Sendable, Hashable {
    public let name: String
    public let datatype: Datatype
    /// Sizes of one row; -1 for the one that varies from row to row, if any does.
    public let dimensions: [Int]
    public let minimum: Double?
    public let maximum: Double?
    /// Product of the sizes that are fixed.
    let fixed: Int

    /// Nil for what rows of a table cannot hold: two sizes that vary, a row beyond ``Interface/Field/mostElements``.
    public init?(_ field: Interface.Field) {
        guard let datatype = Datatype(rawValue: field.datatype), let fixed = field.fixedElements else { return nil }
        let dimensions = field.shape.dropFirst().map { max($0, -1) }
        guard dimensions.count(where: { $0 < 0 }) < 2, fixed > 0, !dimensions.contains(0) else { return nil }
        name = field.name
        self.datatype = datatype
        self.dimensions = Array(dimensions)
        self.fixed = fixed
        minimum = field.minimum
        maximum = field.maximum
    }

    /// Elements of one row; nil when they vary.
    public var width: Int? { dimensions.contains(-1) ? nil : fixed }

    /// Bytes of one row in memory, as far as they are fixed: a text counts as 16.
    public var bytesPerRow: Int { fixed * (datatype.size ?? 16) }

    /// The shape of a tensor whose rows have so many elements each.
    func shape(rows: Int, elements: Int) -> [Int] { [rows] + dimensions.map { $0 < 0 ? elements / fixed : $0 } }

    /// Why a row may not have so many elements; nil when it may.
    func fault(elements: Int) -> String? {
        if let width {
            return elements == width ? nil : "input \(name) has \(elements) elements, expected \(width)"
        }
        guard elements > 0, elements.isMultiple(of: fixed) else {
            return "input \(name) has \(elements) elements, expected a multiple of \(fixed) above 0"
        }
        return nil
    }

    /// The type of an element as SQL names it.
    var sqlElement: String { datatype.sqlType }
}

extension Datatype {
    /// The column type that holds an element; half-precision numbers are widened.
    var sqlType: String {
        switch self {
        case .bool: "BOOLEAN"
        case .uint8: "UTINYINT"
        case .uint16: "USMALLINT"
        case .uint32: "UINTEGER"
        case .uint64: "UBIGINT"
        case .int8: "TINYINT"
        case .int16: "SMALLINT"
        case .int32: "INTEGER"
        case .int64: "BIGINT"
        case .fp16, .bf16, .fp32: "FLOAT"
        case .fp64: "DOUBLE"
        case .bytes: "VARCHAR"
        }
    }

    /// The table engine's number of that type.
    var sqlNumber: Int32 {
        switch self {
        case .bool: 1
        case .int8: 2
        case .int16: 3
        case .int32: 4
        case .int64: 5
        case .uint8: 6
        case .uint16: 7
        case .uint32: 8
        case .uint64: 9
        case .fp16, .bf16, .fp32: 10
        case .fp64: 11
        case .bytes: 17
        }
    }
}
