import Contracts
import Foundation

/// The body of an OFREP request: the evaluation context and the targeting key in it.
struct FlagContext: Sendable, Hashable {
    /// The whole context, whose members are the client's own.
    let context: [String: JSONValue]
    let targetingKey: String?

    /// Reads a body. The targeting key may be absent: not every flag needs it.
    init(_ body: Data) throws(FlagEvaluation.Fault) {
        guard let document = try? WireJSON.decode(JSONValue.self, from: body), case .object(let members) = document else {
            throw FlagEvaluation.Fault(code: "PARSE_ERROR", details: "The body is not a JSON object.", status: 400)
        }
        switch members["context"] {
        case nil, .null?: context = [:]
        case .object(let members)?: context = members
        default: throw Self.invalid("context: expected an object")
        }
        switch context["targetingKey"] {
        case nil, .null?: targetingKey = nil
        case .string(let text)?:
            guard RequestUnit.isUnit(text) else { throw Self.invalid("context.targetingKey: expected " + RequestUnit.expectation) }
            targetingKey = text
        default: throw Self.invalid("context.targetingKey: expected a text")
        }
    }

    private static func invalid(_ details: String) -> FlagEvaluation.Fault {
        FlagEvaluation.Fault(code: "INVALID_CONTEXT", details: details, status: 400)
    }
}
