import Contracts

/// Why a call has no answer that can be used.
public struct ClientError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// The peer answered with an error, as a problem where it was one.
        case refused(status: Int, Problem?)
        /// The deadline passed.
        case timeout
        /// No connection could be made, or it broke.
        case connection
        /// The peer failed too often of late: it is left alone for a moment.
        case circuitOpen
        /// The task was cancelled.
        case cancelled
        /// The answer is larger than the limit.
        case tooLarge
        /// The answer is not what the contract says.
        case unexpectedAnswer
        /// No token could be had.
        case unauthenticated
    }

    public let kind: Kind
    let detail: String

    public init(_ kind: Kind, detail: String = "") {
        self.kind = kind
        self.detail = detail
    }

    /// The problem that the peer answered with, if it did.
    public var problem: Problem? {
        if case .refused(_, let problem) = kind { problem } else { nil }
    }

    /// The status that the peer answered with, if it did.
    public var status: Int? {
        if case .refused(let status, _) = kind { status } else { nil }
    }

    public var description: String {
        switch kind {
        case .refused(let status, let problem): "another service answered \(status)\(problem.map { ": " + ($0.detail ?? $0.title) } ?? "")"
        case .timeout: "another service did not answer in time"
        case .connection: "another service could not be reached"
        case .circuitOpen: "another service has failed too often of late"
        case .cancelled: "the call was cancelled"
        case .tooLarge: "another service's answer is too large"
        case .unexpectedAnswer: "another service's answer is not as agreed"
        case .unauthenticated: "no token could be had for another service"
        }
    }

    public var debugDescription: String { "ClientError(\(description)\(detail.isEmpty ? "" : "; " + detail))" }
}
