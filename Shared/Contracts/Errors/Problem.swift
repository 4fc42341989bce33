/// An error as a client sees it: RFC 9457 (problem+json) with a stable code and the fields that were wrong.
public struct Problem: Error, Sendable, Hashable, Codable {
    /// `urn:mlmesh:problem:` and the code.
    public let type: String
    /// What went wrong, the same sentence for every error of this code.
    public let title: String
    /// The HTTP status.
    public let status: Int
    /// The stable code, `service.snake_case`. Never renamed; listed in a golden file.
    public let code: String
    /// What went wrong this time.
    public let detail: String?
    /// The fields that were wrong, and what was expected of each.
    public var errors: [FieldFault]?
    /// The request it answers. Set where the error becomes HTTP.
    public var requestId: String?
    /// Seconds after which a retry makes sense; also sent as the Retry-After header.
    public let retryAfter: Int?

    /// A problem of a listed code.
    public init(_ code: ProblemCode, _ detail: String? = nil, errors: [FieldFault]? = nil, retryAfter: Int? = nil) {
        type = "urn:mlmesh:problem:" + code.name
        title = code.title
        status = code.status
        self.code = code.name
        self.detail = detail
        self.errors = errors
        self.retryAfter = retryAfter
    }
}

/// One wrong field of a request.
public struct FieldFault: Error, Sendable, Hashable, Codable {
    /// Path of the field, as in `tests[2].atLeast`; empty for the whole body.
    public let field: String
    /// What was expected there, as in `a number between 0 and 1`.
    public let expected: String
    /// Where the document says so, counted from 1, where it is known: the field, or for one that is missing what it is missing from.
    public let line: Int?
    public let column: Int?

    public init(_ field: String, expected: String, line: Int? = nil, column: Int? = nil) {
        self.field = field
        self.expected = expected
        self.line = line
        self.column = column
    }
}

/// A stable error code with its status and title. Each service lists its own as static members in Contracts.
public struct ProblemCode: Sendable, Hashable {
    public let name: String
    public let status: Int
    public let title: String

    init(_ name: String, _ status: Int, _ title: String) {
        self.name = name
        self.status = status
        self.title = title
    }
}

/// An error that knows how a client should see it.
public protocol ProblemConvertible: Error {
    var problem: Problem { get }
}

extension Problem: ProblemConvertible {
    public var problem: Problem { self }
}
