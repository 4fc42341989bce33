import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import TestSupport

/// Identity's token route and labeling's task route on a real server; it answers what the test says and notes what it is asked.
final class StubLabeling: Sendable {
    struct Seen: Sendable {
        /// Requests to answer with 503 before tasks are taken.
        var failures = 0
        /// Rows that are refused by name, and how often that happened.
        var refused: Set<String> = []
        var refusals = 0
        var keys: [String] = []
        var projects: [String] = []
        var authorizations: [String] = []
        var taken: [String: NewTasks] = [:]
    }

    let seen = Recorder(Seen())

    func running<T: Sendable>(_ body: @Sendable @escaping (Int) async throws -> T) async throws -> T {
        let (ports, portsIn) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router(), configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { portsIn.yield($0.localAddress?.port ?? 0) }, logger: quiet)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            defer { group.cancelAll() }
            var iterator = ports.makeAsyncIterator()
            return try await body(await iterator.next() ?? 0)
        }
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.post("/v1/identity/token") { _, _ in
            let reply = #"{"access_token":"monitor-token","token_type":"Bearer","expires_in":300,"scope":"service"}"#
            return Response(status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(string: reply)))
        }
        router.post("/v1/labeling/projects/{project}/tasks") { [seen] request, context -> Response in
            let bytes = try await request.body.collect(upTo: 16 << 20)
            let tasks = try WireJSON.decode(NewTasks.self, from: Data(bytes.readableBytesView))
            let faults = tasks.tasks.enumerated().filter { seen.value.refused.contains($1.rowId) }.map {
                FieldFault("tasks[\($0.offset)].input.pixels", expected: "12 values")
            }
            if !faults.isEmpty {
                seen.change { $0.refusals += 1 }
                let problem = String(decoding: try WireJSON.encode(Problem(.invalidField, errors: faults)), as: UTF8.self)
                return Response(status: .badRequest, body: .init(byteBuffer: ByteBuffer(string: problem)))
            }
            let key = HTTPField.Name(HeaderNames.idempotencyKey).flatMap { request.headers[$0] } ?? ""
            let project = context.parameters.get("project") ?? ""
            let authorization = request.headers[.authorization] ?? ""
            seen.change { seen in
                seen.keys.append(key)
                seen.projects.append(project)
                seen.authorizations.append(authorization)
                seen.failures -= 1
                if seen.failures < 0 { seen.taken[key] = tasks }
            }
            return Response(
                status: seen.value.taken[key] == nil ? .serviceUnavailable : .created, body: .init(byteBuffer: ByteBuffer(string: "{}")))
        }
        return router
    }
}
