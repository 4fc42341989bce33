import Contracts
import Foundation

/// Calls to the mesh through its gateway, with the administrator's key.
struct MeshCalls {
    let layout: MeshLayout

    /// One request; a body makes it JSON.
    func send(_ method: String, _ path: String, body: (some Encodable)? = JSONValue?.none, seconds: Int = 30) async throws
        -> PlainHTTP.Answer
    {
        guard let record = PrivateFile.json(MeshRecord.self, at: layout.record),
            let port = record.gatewayURL.split(separator: ":").last.flatMap({ Int($0) })
        else { throw CommandFault("There is no mesh in \(layout.state); start one (mesh up)") }
        let bytes = try body.map { Array(try WireJSON.encode($0)) } ?? []
        var headers = ["Authorization": "Bearer \(record.administratorKey)", "Accept": "application/json"]
        if !bytes.isEmpty { headers["Content-Type"] = "application/json" }
        let sent = headers
        let answer = await offload { PlainHTTP.send(method, port: port, path: path, headers: sent, body: bytes, seconds: seconds) }
        guard let answer else { throw CommandFault("The gateway at \(record.gatewayURL) does not answer; is the mesh up? (mesh status)") }
        return answer
    }

    /// The value that a request answers with; what the service says of an error becomes the fault.
    func value<Value: Decodable>(
        _ type: Value.Type, _ method: String, _ path: String, body: (some Encodable)? = JSONValue?.none
    ) async throws -> Value {
        let answer = try await send(method, path, body: body)
        guard answer.isSuccess else { throw CommandFault(Self.fault(answer)) }
        return try WireJSON.decode(type, from: Data(answer.body.utf8))
    }

    /// A problem in words, with the fields that were wrong.
    static func fault(_ answer: PlainHTTP.Answer) -> String {
        guard let problem = try? WireJSON.decode(Problem.self, from: Data(answer.body.utf8)) else {
            return "status \(answer.status): \(answer.body)"
        }
        let fields = (problem.errors ?? []).map { "\n  \($0.field): expected \($0.expected)" }.joined()
        return "\(problem.title) (\(problem.code), status \(problem.status))" + (problem.detail.map { ": " + $0 } ?? "") + fields
    }
}
