import Contracts
import Foundation

extension MeshClient {
    /// Sends a request and reads the answer as a contract type; a refusal is thrown.
    public func call<Answer: Decodable>(_ request: ClientRequest, as type: Answer.Type = Answer.self) async throws -> Answer {
        try await checked(request).decode(type)
    }

    /// Sends a request whose answer does not matter; a refusal is thrown.
    public func perform(_ request: ClientRequest) async throws {
        _ = try await checked(request)
    }

    public func get<Answer: Decodable>(
        _ path: Path, query: [(String, String)] = [], as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        try await call(ClientRequest("GET", path, query: query))
    }

    public func post<Answer: Decodable>(
        _ path: Path, _ body: some Encodable, idempotencyKey: String? = nil, as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        try await call(try Self.json("POST", path, body, idempotencyKey: idempotencyKey))
    }

    public func put<Answer: Decodable>(_ path: Path, _ body: some Encodable, as type: Answer.Type = Answer.self) async throws -> Answer {
        try await call(try Self.json("PUT", path, body))
    }

    public func delete(_ path: Path) async throws {
        try await perform(ClientRequest("DELETE", path))
    }

    /// A request whose body is a contract type.
    public static func json(
        _ method: String, _ path: Path, _ body: some Encodable, query: [(String, String)] = [], idempotencyKey: String? = nil
    ) throws -> ClientRequest {
        ClientRequest(
            method, path, query: query, headers: [("content-type", "application/json")], body: Array(try WireJSON.encode(body)),
            idempotencyKey: idempotencyKey)
    }

    private func checked(_ request: ClientRequest) async throws -> ClientResponse {
        let answer = try await send(request)
        guard answer.isSuccess else {
            let problem = try? answer.decode(Problem.self)
            throw ClientError(.refused(status: answer.status, problem), detail: String(decoding: answer.body.prefix(500), as: UTF8.self))
        }
        return answer
    }
}
