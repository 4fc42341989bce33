import Contracts
import Observability

/// A request to another service.
public struct ClientRequest: Sendable {
    public var method: String
    public var path: Path
    public var query: [(String, String)]
    /// Header names in lower case.
    public var headers: [(String, String)]
    public var body: [UInt8]
    /// A file that is sent in place of the body, piece by piece.
    public var bodyFile: String?
    /// Makes a POST repeatable.
    public var idempotencyKey: String?
    /// After this nobody waits; the task's deadline when nil.
    public var deadline: Deadline?

    public init(
        _ method: String, _ path: Path, query: [(String, String)] = [], headers: [(String, String)] = [], body: [UInt8] = [],
        idempotencyKey: String? = nil, deadline: Deadline? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.idempotencyKey = idempotencyKey
        self.deadline = deadline
    }

    /// Whether sending it twice does what sending it once does.
    var isIdempotent: Bool { idempotencyKey != nil || ["GET", "HEAD", "PUT", "DELETE"].contains(method) }
}

/// A path whose segments are percent-encoded one by one, so that no name escapes from its place.
public struct Path: Sendable, Hashable, CustomStringConvertible {
    /// The encoded path, with its leading slash.
    public let description: String

    public init(_ segments: String...) {
        description = segments.map { "/" + Self.encoded($0) }.joined()
    }

    /// A path that is encoded already, as a client sent it.
    public init(encoded path: String) {
        description = path
    }

    /// Everything but RFC 3986's unreserved characters encoded. `.` and `..` are encoded whole: they mean something to others.
    static func encoded(_ text: String) -> String {
        let isDots = text == "." || text == ".."
        return text.utf8.map { byte -> String in
            let isPlain =
                (byte | 32 >= 97 && byte | 32 <= 122) || (48...57).contains(byte) || byte == 45 || byte == 95 || byte == 126
                || (byte == 46 && !isDots)
            if isPlain { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (byte < 16 ? "0" : "") + digits
        }.joined()
    }
}
