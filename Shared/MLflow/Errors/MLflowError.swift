import Contracts

/// An error as MLflow's clients read it.
public struct MLflowError: Error, Sendable, Hashable {
    public let code: ErrorCode
    public let message: String

    /// An error with a code and a sentence for the client.
    public init(_ code: ErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The HTTP status of the answer.
    public var status: Int { code.status }

    /// The body of the answer, in UTF-8.
    public var body: [UInt8] {
        JSONValue.object(["error_code": .string(code.rawValue), "message": .string(message)]).canonical
    }
}

extension MLflowError: CustomStringConvertible {
    /// Code and sentence.
    public var description: String { "\(code.rawValue): \(message)" }
}
