import Contracts
import Foundation

/// Asks identity for the keys and sessions that changed, with the gateway agent's own token.
actor IdentityFeed {
    /// How long identity holds a question when nothing changes. Short, since an instance that is to stop answers it first.
    static let waitSeconds = 2

    private let layout: MeshLayout
    private let settings: MeshSettings
    private var token: (text: String, renewAt: Date)?

    init(layout: MeshLayout, settings: MeshSettings) {
        self.layout = layout
        self.settings = settings
    }

    /// What changed after a cursor; the empty cursor means everything.
    func entries(after cursor: String) async throws -> GatewayEntries {
        let after = cursor.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let path = "/v1/identity/gateway/entries?waitSeconds=\(Self.waitSeconds)" + (after.isEmpty ? "" : "&after=\(after)")
        let answer = try await send("GET", path, ["Authorization": "Bearer \(try await currentToken())"], seconds: Self.waitSeconds + 10)
        if answer.status == 401 { token = nil }
        return try Self.decode(GatewayEntries.self, answer)
    }

    private func currentToken() async throws -> String {
        if let token, token.renewAt > .now { return token.text }
        let name = ServiceName.gatewayAgent.rawValue
        let secret = MeshSecrets(layout: layout).read(name)
        let credentials = Data("\(name):\(secret)".utf8).base64EncodedString()
        let headers = ["Authorization": "Basic \(credentials)", "Content-Type": "application/x-www-form-urlencoded"]
        let answer = try await send("POST", "/v1/identity/token", headers, body: "grant_type=client_credentials", seconds: 5)
        let reply = try Self.decode(TokenReply.self, answer)
        token = (reply.access_token, .now + Double(reply.expires_in) / 2)
        return reply.access_token
    }

    private func send(_ method: String, _ path: String, _ headers: [String: String], body: String = "", seconds: Int) async throws
        -> PlainHTTP.Answer
    {
        let port = settings.gateway.internalAddresses.traffic.split(separator: ":").last.flatMap { Int($0) } ?? 0
        let answer = await offload {
            PlainHTTP.send(method, port: port, path: path, headers: headers, body: Array(body.utf8), seconds: seconds)
        }
        guard let answer else { throw CommandFault("no answer from the internal listener") }
        return answer
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ answer: PlainHTTP.Answer) throws -> Value {
        guard answer.isSuccess else { throw CommandFault("identity answered \(answer.status)") }
        return try WireJSON.decode(type, from: Data(answer.body.utf8))
    }
}
