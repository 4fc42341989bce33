/// Why the table engine did not do something.
public struct TableError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// The library cannot be used.
        case library
        /// The statement is not one that the engine takes.
        case statement
        /// A file cannot be read or written, or is outside of the folders that the engine may touch.
        case file
        /// The memory limit was reached.
        case memory
        /// The time limit was reached.
        case timeLimit
        /// The task was cancelled.
        case cancelled
        /// A column holds another type than the code expects.
        case type
        /// A row cannot be kept, or a file holds no such rows.
        case content
        /// The engine failed.
        case failed
    }

    public let kind: Kind
    public let description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// By the engine's own number of an error.
    init(engineType: Int32, _ description: String) {
        // The interface's numbers: 14 parser, 22 syntax, 24 binder, 28 file, 33 memory, 34 permission.
        kind =
            switch engineType {
            case 14, 22, 24: .statement
            case 28, 34: .file
            case 33: .memory
            default: .failed
            }
        self.description = description
    }
}
