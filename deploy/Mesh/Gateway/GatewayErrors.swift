import Contracts
import Foundation

/// The gateway's own answers, in the style of each contract.
enum GatewayErrors {
    /// Key of an answer in the map -> what it says.
    static let problems: [(key: String, problem: Problem)] = [
        ("400", Problem(.malformed, "The request is not well-formed HTTP")),
        ("401", Problem(.unauthenticated, "Send an API key or a token: 'Authorization: Bearer …', Basic, Token, or X-API-Key")),
        ("403", Problem(.forbidden, "The key or token lacks the scope of this route")),
        ("csrf", Problem(.forbidden, "With a session, the header X-CSRF-Token must equal the cookie mesh_csrf")),
        ("404", Problem(.notFound, "No route of the mesh has this path")),
        ("405", Problem(.methodNotAllowed, "The header Allow lists the methods of this path")),
        ("408", Problem(.requestTimeout, "The request did not arrive within 10 seconds")),
        ("413", Problem(.tooLarge)),
        ("429", Problem(.overloaded, "The caller sends more requests than its rate allows", retryAfter: 2)),
        ("rate", Problem(.overloaded, "The key asks more of this capability in a minute than its access.requestsPerMinute allows")),
        ("500", Problem(.internalError)),
        ("502", Problem(.brokenAnswer)),
        ("503", Problem(.notReady, "No instance of the service takes requests at the moment", retryAfter: 1)),
        ("504", Problem(.deadlineExceeded)),
    ]

    /// `style:key` -> a JSON object without its end, to which HAProxy adds the request id.
    static func map() throws -> String {
        let styles: [Route.ErrorStyle] = [.problem, .inference, .oauth, .ofrep, .mlflow]
        return try styles.flatMap { style in
            try problems.map { "\(style.rawValue):\($0.key) \(try opening(body($0.problem, style: style)))\n" }
        }.joined()
    }

    /// The answer to what HAProxy could not even read.
    static func complete(_ key: String) throws -> String {
        guard let problem = problems.first(where: { $0.key == key })?.problem else { return "{}" }
        return String(decoding: try WireJSON.value(problem).canonical, as: UTF8.self)
    }

    private static func opening(_ value: JSONValue) -> String {
        String(decoding: value.canonical.dropLast(), as: UTF8.self)
    }

    private static func body(_ problem: Problem, style: Route.ErrorStyle) throws -> JSONValue {
        let sentence = JSONValue.string(problem.detail ?? problem.title)
        return switch style {
        case .problem: try WireJSON.value(problem)
        case .inference: .object(["error": sentence])
        case .oauth: .object(["error": .string(oauthCode(problem)), "error_description": sentence])
        case .mlflow: .object(["error_code": .string(problem.mlflowCode), "message": sentence])
        case .ofrep: .object(["errorCode": .string("GENERAL"), "errorDetails": sentence])
        }
    }

    /// RFC 6749 section 5.2.
    private static func oauthCode(_ problem: Problem) -> String {
        switch problem.status {
        case 401: "invalid_client"
        case 403: "unauthorized_client"
        case 429, 503, 504: "temporarily_unavailable"
        case 500...: "server_error"
        default: "invalid_request"
        }
    }
}
