/// Why a probe got no answer.
public enum ProbeError: Error, Sendable {
    case connect(Int32)
    /// The server closed the connection before an answer was complete.
    case closed
    case timeout
    /// What came is no HTTP/1.1 answer.
    case malformed
}
