import Contracts
import Foundation
import HTTPTypes

/// An error as HTTP: status, headers and body in the style of the route's contract.
struct ProblemAnswer: Sendable {
    let status: HTTPResponse.Status
    var headers: HTTPFields
    let body: [UInt8]

    init(_ problem: Problem, style: Route.ErrorStyle, requestID: RequestID?) {
        status = HTTPResponse.Status(code: problem.status)
        headers = [.contentType: style == .problem ? "application/problem+json" : "application/json", .cacheControl: "no-store"]
        if let retryAfter = problem.retryAfter { headers[.retryAfter] = String(retryAfter) }
        if problem.status == 401 { headers[.wwwAuthenticate] = style == .oauth ? "Basic realm=\"mesh\"" : "Bearer realm=\"mesh\"" }
        var told = problem
        told.requestId = requestID?.description
        let content: JSONValue =
            switch style {
            case .problem: (try? WireJSON.value(told)) ?? .object([:])
            case .inference: .object(["error": .string(Self.sentence(problem))])
            case .oauth: .object(["error": .string(Self.oauthCode(problem)), "error_description": .string(Self.sentence(problem))])
            case .mlflow: .object(["error_code": .string(problem.mlflowCode), "message": .string(Self.sentence(problem))])
            case .ofrep: .object(["errorCode": .string(Self.ofrepCode(problem)), "errorDetails": .string(Self.sentence(problem))])
            }
        body = content.canonical
        headers[.contentLength] = String(body.count)
    }

    /// Title, detail and faults in one text, for contracts that have only that.
    static func sentence(_ problem: Problem) -> String {
        let faults = problem.errors.map { $0.map { "\($0.field): expected \($0.expected)" }.joined(separator: "; ") }
        return [problem.detail ?? problem.title, faults].compactMap(\.self).joined(separator: ": ")
    }

    /// RFC 6749 section 5.2; a code of our own that starts with `oauth.` names its protocol code.
    private static func oauthCode(_ problem: Problem) -> String {
        if problem.code.hasPrefix("oauth.") { return String(problem.code.dropFirst(6)) }
        return switch problem.status {
        case 401: "invalid_client"
        case 403: "unauthorized_client"
        case 429, 503, 504: "temporarily_unavailable"
        case 500...: "server_error"
        case _ where problem.errors?.map(\.field) == ["grant_type"]: "unsupported_grant_type"
        default: "invalid_request"
        }
    }

    private static func ofrepCode(_ problem: Problem) -> String {
        if problem.code.hasPrefix("ofrep.") { return problem.code.dropFirst(6).uppercased() }
        return switch (problem.status, problem.code) {
        case (404, _): "FLAG_NOT_FOUND"
        case (_, ProblemCode.malformed.name): "PARSE_ERROR"
        case (400, _): "INVALID_CONTEXT"
        default: "GENERAL"
        }
    }
}
