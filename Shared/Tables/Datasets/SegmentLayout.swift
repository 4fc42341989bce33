import Contracts
import Slices

/// How the rows of a dataset lie in a Parquet file: the published layout `mlmesh.dataset-segment/1`.
///
/// One row a row of the dataset, zstd-compressed, ids unique within the file; the file's key-value pair `format` names the layout.
///
///     id                    VARCHAR  never NULL
///     split                 VARCHAR  train, validation or test; never NULL
///     digest                BLOB     32 bytes, see RowDigest; never NULL
///     salt                  BLOB     16 random bytes of the digest, kept as long as the row; never NULL
///     content               BLOB     first 16 bytes of SHA-256 of the input's canonical JSON, by which duplicates are found; never NULL
///     group, subject        VARCHAR
///     input.<name>          an input of the interface: its elements row-major as DOUBLE[], BIGINT[], BOOLEAN[] or VARCHAR[], without
///                           brackets for an input of one element; floats of every width are DOUBLE, whole numbers BIGINT
///     input                 VARCHAR  JSON object of the inputs that no column holds; NULL when there are none
///     context               VARCHAR  JSON object
///     label                 VARCHAR  one JSON value; NULL when the row has no label
///     confidence            DOUBLE   posterior probability of the label
///     annotators            BIGINT   people who answered
///     selection.method, selection.reason, origin.kind, origin.requestId   VARCHAR
///     selection.probability DOUBLE
///     origin.row            BIGINT
public struct SegmentLayout: Sendable, Hashable {
    public static let format = "mlmesh.dataset-segment/1"

    /// What an input's elements are.
    public enum Element: Sendable, Hashable {
        case bool
        case integer
        case number
        case text

        /// By a datatype of the Open Inference Protocol.
        public init(datatype: String) {
            switch datatype {
            case "BOOL": self = .bool
            case "FP16", "FP32", "FP64": self = .number
            case "BYTES": self = .text
            default: self = .integer
            }
        }

        var type: String {
            switch self {
            case .bool: "BOOLEAN"
            case .integer: "BIGINT"
            case .number: "DOUBLE"
            case .text: "VARCHAR"
            }
        }

        var kind: SliceColumn.Kind {
            switch self {
            case .bool: .bool
            case .integer: .integer
            case .number: .number
            case .text: .text
            }
        }
    }

    /// An input with a column of its own.
    public struct Input: Sendable, Hashable {
        public let name: String
        public let element: Element
        /// False when a row has one element.
        public let isList: Bool

        public init(name: String, element: Element, isList: Bool) {
            self.name = name
            self.element = element
            self.isList = isList
        }

        var column: String { "input." + name }
        var type: String { element.type + (isList ? "[]" : "") }

        /// The type of its column, as SQL names it.
        public var sqlType: String { type }
    }

    public let inputs: [Input]

    public init(inputs: [Input]) { self.inputs = inputs }

    /// The layout for an interface; without one all inputs are kept as JSON.
    ///
    /// An input with two or more variable dimensions has no column: its shape would be lost.
    public init(_ interface: Interface?) {
        inputs = (interface?.inputs ?? []).compactMap { field in
            let dimensions = field.shape.dropFirst()
            guard dimensions.count(where: { $0 < 0 }) < 2 else { return nil }
            return Input(name: field.name, element: Element(datatype: field.datatype), isList: !dimensions.isEmpty && dimensions != [1])
        }
    }

    public subscript(_ input: String) -> Input? { inputs.first { $0.name == input } }

    /// Where a field of the slice grammar is in the rows of a dataset; nil for predictions, which a dataset lacks.
    ///
    /// A row that lacks a label, an input or a member of its context has NULL there, the same as for an explicit null.
    public func column(of field: SliceField) -> SliceColumn? {
        switch field.scope {
        case .label: return SliceColumn("label", .json)
        case .context: return SliceColumn("json_extract(context, \(Self.path(field.name)))", .json)
        case .prediction: return nil
        case .input:
            if let input = self[field.name] {
                let kind = input.element.kind
                return SliceColumn(TableSQL.identifier(input.column), input.isList ? .list(kind) : kind)
            }
            let whole = "json_extract(input, \(Self.path(field.name)))"
            guard let index = field.index else { return SliceColumn(whole, .json) }
            return SliceColumn(
                "(CASE json_type(\(whole)) WHEN 'ARRAY' THEN json_extract(\(whole), '$[\(index)]') ELSE \(whole) END)", .json)
        }
    }

    /// What two rows with the same input have in common, whatever their ids: the column `content`.
    public static func content(of input: [String: JSONValue]) -> [UInt8] {
        Array(Digest(of: JSONValue.object(input).canonical).bytes.prefix(16))
    }

    static func path(_ member: String) -> String {
        TableSQL.literal("$.\"" + member.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"")
    }
}

extension DatasetRow {
    /// A field of the row for the slice grammar's closures, which then agree with the layout's SQL: what the row lacks is null.
    public func value(of field: SliceField) -> JSONValue? {
        switch field.scope {
        case .label: label ?? .null
        case .context: context[field.name] ?? .null
        case .input: input[field.name] ?? .null
        case .prediction: nil
        }
    }
}
