/// A place in a text, counted from 1; columns in Unicode scalars.
public struct DocumentMark: Sendable, Hashable {
    public let line: Int
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}
