/// Why a statement did not happen. Its description is generic; details for the log come by `String(reflecting:)`.
public struct DatabaseError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// What a caller can act on.
    public enum Kind: Sendable, Hashable {
        /// A unique constraint, by name.
        case unique(constraint: String?)
        case foreignKey(constraint: String?)
        case check(constraint: String?)
        case notNull(column: String?)
        /// A concurrent transaction won; a retry may succeed (40001).
        case serialization
        /// Two transactions waited for each other (40P01).
        case deadlock
        /// The task or an administrator cancelled the statement, or its time was up (57014).
        case cancelled
        /// No connection became free in time.
        case poolTimeout
        /// The connection broke: whether the statement happened is not known.
        case connectionLost
        /// No connection could be made.
        case unavailable
        /// The role may not do this (42501).
        case forbidden
        /// A transaction's statement failed, so the commit rolled it back.
        case aborted
        /// Another error, by its SQLSTATE.
        case other(sqlState: String)
    }

    public let kind: Kind
    let detail: String
    /// The statement was stopped by a cancellation that was meant for the one before it: it had no effect and may be sent again.
    var isStray = false

    init(_ kind: Kind, detail: String = "") {
        self.kind = kind
        self.detail = detail
    }

    init(sqlState: String, message: String, constraint: String?, column: String?) {
        detail = "\(sqlState) \(message)"
        kind =
            switch sqlState {
            case "23505": .unique(constraint: constraint)
            case "23503": .foreignKey(constraint: constraint)
            case "23514": .check(constraint: constraint)
            case "23502": .notNull(column: column)
            case "40001": .serialization
            case "40P01": .deadlock
            case "57014": .cancelled
            case "42501": .forbidden
            case "25P02": .aborted
            case "57P01", "57P02", "57P03", "08000", "08003", "08006": .connectionLost
            default: .other(sqlState: sqlState)
            }
    }

    /// Whether the same transaction may succeed when it is run again.
    public var isRetryable: Bool { kind == .serialization || kind == .deadlock }

    /// Whether the database could not be reached, which says nothing of the statement.
    public var isOutage: Bool {
        switch kind {
        case .connectionLost, .unavailable, .poolTimeout: true
        default: false
        }
    }

    public var description: String { "the database refused or did not answer" }
    public var debugDescription: String { "DatabaseError(\(kind)\(detail.isEmpty ? "" : ": " + detail))" }
}
