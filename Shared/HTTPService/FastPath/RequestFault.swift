import Contracts

/// Why bytes are no request.
enum RequestFault: Error, Hashable {
    case headerOverflow
    case malformed

    var problem: Problem {
        switch self {
        case .headerOverflow: Problem(.malformed, "The header fields are too long")
        case .malformed: Problem(.malformed, "The bytes are no HTTP/1.1 request")
        }
    }
}
