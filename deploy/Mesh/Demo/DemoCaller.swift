import Contracts
import Foundation
import MeshClient
import Observability

/// Somebody who calls the mesh through its public gateway, with a key or signed in.
struct DemoCaller: Sendable {
    enum Credential: Sendable {
        case key(String)
        case session(cookie: String, csrf: String)
    }

    /// Base URL of the gateway.
    let url: String
    let credential: Credential
    /// How long a request that can be repeated is repeated while nobody answers or a service is too busy.
    var patience: Duration = .seconds(15)
    /// Hears every request that was answered.
    var heard: @Sendable (ClientRequest, ClientResponse) -> Void = { _, _ in }

    /// The answer, whatever its status; a request that may be repeated is, while there is none.
    func send(_ request: ClientRequest) async throws -> ClientResponse {
        let end = ContinuousClock.now + patience
        while true {
            let outcome = await once(request)
            switch outcome {
            case .success(let answer) where !Self.isPassing(answer) || ContinuousClock.now > end:
                heard(request, answer)
                return answer
            case .failure(let error) where ContinuousClock.now > end || error.kind == .cancelled:
                throw DemoFault(expectation: "an answer to \(request.method) \(request.path)", found: "\(error)")
            default:
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// Whether an answer asks to come again: too busy, away, or the same request is under way, as after a crash in its middle.
    private static func isPassing(_ answer: ClientResponse) -> Bool {
        [429, 502, 503, 504].contains(answer.status) || (answer.status == 409 && answer.headers["retry-after"] != nil)
    }

    /// What a request answers with, as a contract type.
    func value<Value: Decodable>(_ request: ClientRequest, as type: Value.Type = Value.self) async throws -> Value {
        let answer = try await send(request)
        guard answer.isSuccess else { throw refusal(of: request, answer) }
        do {
            return try answer.decode(type)
        } catch {
            throw DemoFault(
                expectation: "\(request.method) \(request.path) to answer with \(type)",
                found: String(reflecting: error) + " in " + String(decoding: answer.body.prefix(300), as: UTF8.self))
        }
    }

    func get<Value: Decodable>(_ path: Path, query: [(String, String)] = [], as type: Value.Type = Value.self) async throws -> Value {
        try await value(ClientRequest("GET", path, query: query))
    }

    func post<Value: Decodable>(_ path: Path, _ body: some Encodable, as type: Value.Type = Value.self) async throws -> Value {
        try await value(MeshCalls.request("POST", path, body))
    }

    func put<Value: Decodable>(_ path: Path, _ body: some Encodable, as type: Value.Type = Value.self) async throws -> Value {
        try await value(MeshCalls.request("PUT", path, body))
    }

    func refusal(of request: ClientRequest, _ answer: ClientResponse) -> DemoFault {
        DemoFault(
            expectation: "\(request.method) \(request.path) to succeed", found: MeshCalls.fault(status: answer.status, body: answer.body))
    }

    private func once(_ request: ClientRequest) async -> Result<ClientResponse, ClientError> {
        var request = request
        request.deadline = .after(.seconds(30))
        var tokens: TokenSource?
        switch credential {
        case .key(let key): tokens = .fixed(key)
        case .session(let cookie, let csrf): request.headers += [("cookie", cookie), ("x-csrf-token", csrf)]
        }
        let path = String(describing: request.path)
        let service = RouteTable.route(method: request.method, path: path)?.service ?? .identity
        do {
            return .success(try await MeshClient(baseURL: url, peer: service, tokens: tokens).send(request))
        } catch {
            return .failure(error as? ClientError ?? ClientError(.cancelled))
        }
    }
}
