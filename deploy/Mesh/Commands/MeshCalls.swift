import Contracts
import Foundation
import MeshClient
import Observability

/// Calls to a mesh through its gateway: the one in the state folder with the administrator's key, or the one that `MESH_URL` and
/// `MESH_KEY` name.
struct MeshCalls {
    /// Base URL of the gateway.
    let url: String
    private let key: String

    init(layout: MeshLayout) throws {
        let environment = ProcessInfo.processInfo.environment
        if let url = environment["MESH_URL"], let key = environment["MESH_KEY"], !url.isEmpty, !key.isEmpty {
            (self.url, self.key) = (url, key)
        } else if let record = PrivateFile.json(MeshRecord.self, at: layout.record) {
            (url, key) = (record.gatewayURL, record.administratorKey)
        } else {
            throw CommandFault("There is no mesh in \(layout.state); start one (mesh up), or set MESH_URL and MESH_KEY")
        }
    }

    /// The same mesh and key for the demo.
    var demoCaller: DemoCaller { DemoCaller(url: url, credential: .key(key)) }

    /// The answer to one request, whatever its status.
    // Not inlined: Swift 6.3.1 crashes when it optimises a caller's loop with this function's error handling in it (coroutine splitting).
    @inline(never)
    func send(_ request: ClientRequest, to service: ServiceName) async throws -> ClientResponse {
        var request = request
        request.deadline = request.deadline ?? .after(.seconds(60))
        do {
            return try await MeshClient(baseURL: url, peer: service, tokens: .fixed(key)).send(request)
        } catch let error as ClientError {
            throw CommandFault("\(request.method) \(url)\(request.path): \(Self.reason(error)); is the mesh up? (mesh status)")
        }
    }

    /// The value that a request answers with; what the service says of an error becomes the fault.
    @inline(never)
    func value<Value: Decodable>(_ request: ClientRequest, from service: ServiceName, as type: Value.Type = Value.self) async throws
        -> Value
    {
        let answer = try await send(request, to: service)
        guard answer.isSuccess else { throw CommandFault(Self.fault(status: answer.status, body: answer.body)) }
        return try answer.decode(type)
    }

    /// A request with a contract type as its body.
    static func request(_ method: String, _ path: Path, _ body: some Encodable) throws -> ClientRequest {
        let key = method == "POST" ? UUID().uuidString.lowercased() : nil
        return try MeshClient.json(method, path, body, idempotencyKey: key)
    }

    /// A problem in words, with the fields that were wrong.
    ///
    /// - Parameter place: says where a field is, as in which line of a file.
    static func fault(status: Int, body: [UInt8], place: (String) -> String = { $0 }) -> String {
        guard let problem = try? WireJSON.decode(Problem.self, from: Data(body)) else {
            return "status \(status): \(String(decoding: body.prefix(500), as: UTF8.self))"
        }
        let fields = (problem.errors ?? []).map { "\n  \(place($0.field)): expected \($0.expected)" }.joined()
        return "\(problem.title) (\(problem.code), status \(problem.status))" + (problem.detail.map { ": " + $0 } ?? "") + fields
    }

    private static func reason(_ error: ClientError) -> String {
        switch error.kind {
        case .timeout: "no answer in time"
        case .connection: "no connection"
        default: "\(error)"
        }
    }
}
