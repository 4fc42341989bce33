import Contracts
import Foundation

/// Signs in as a browser does: an invitation becomes a session's cookies.
enum DemoSession {
    /// The credential; nil when there was no answer. An invitation is good once, so nobody knows then whether it is used up.
    static func open(invitation: String, at url: String) async throws -> DemoCaller.Credential? {
        guard let port = url.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw CommandFault("\(url) is no URL of a gateway on this machine")
        }
        let body = Array(try WireJSON.encode(NewSession(invitation: invitation)))
        let answer = await offload {
            PlainHTTP.send(
                "POST", port: port, path: "/v1/identity/sessions", headers: ["Content-Type": "application/json"], body: body, seconds: 10)
        }
        guard let answer, answer.status < 500 else { return nil }
        guard answer.status == 201, let csrf = answer.cookies.first(where: { $0.hasPrefix("mesh_csrf=") }) else {
            throw DemoFault(expectation: "an invitation to open a session", found: "status \(answer.status): \(answer.body)")
        }
        return .session(cookie: answer.cookies.joined(separator: "; "), csrf: String(csrf.dropFirst("mesh_csrf=".count)))
    }
}
