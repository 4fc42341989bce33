/// A statement whose interpolated values are bound, never spliced: text and values are different things by type.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    enum Piece: Sendable {
        case text(String)
        case value(String?)
    }

    var pieces: [Piece]

    public init(stringLiteral value: String) {
        pieces = [.text(value)]
    }

    public init(stringInterpolation interpolation: Interpolation) {
        pieces = interpolation.pieces
    }

    /// The text with `$1`, `$2`… and the values in order.
    func rendered() -> (text: String, values: [String?]) {
        var text = ""
        var values: [String?] = []
        for piece in pieces {
            switch piece {
            case .text(let part): text += part
            case .value(let value):
                values.append(value)
                text += "$\(values.count)"
            }
        }
        return (text, values)
    }

    public struct Interpolation: StringInterpolationProtocol {
        var pieces: [Piece] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(interpolationCount * 2 + 1)
        }

        public mutating func appendLiteral(_ literal: String) {
            pieces.append(.text(literal))
        }

        /// Binds a value.
        public mutating func appendInterpolation(_ value: some SQLEncodable) {
            pieces.append(.value(value.sqlText))
        }

        /// Binds a value, or NULL.
        public mutating func appendInterpolation<Value: SQLEncodable>(_ value: Value?) {
            pieces.append(.value(value?.sqlText ?? nil))
        }

        /// Embeds another statement's text and values.
        public mutating func appendInterpolation(_ sql: SQL) {
            pieces += sql.pieces
        }

        /// Embeds a name, quoted.
        public mutating func appendInterpolation(identifier name: String) {
            pieces.append(.text(SQL.quoted(name)))
        }
    }

    /// A name in double quotes.
    static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// A text in single quotes, for utility statements that take no values.
    static func literal(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
