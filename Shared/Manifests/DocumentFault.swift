/// Why a text is no document, and where.
public struct DocumentFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let reason: String
    public let mark: DocumentMark?

    public init(_ reason: String, at mark: DocumentMark? = nil) {
        self.reason = reason
        self.mark = mark
    }

    public var description: String { mark.map { "line \($0.line), column \($0.column): \(reason)" } ?? reason }
}
