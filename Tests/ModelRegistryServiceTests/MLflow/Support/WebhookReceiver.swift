import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// A receiver of webhooks: a real server that keeps what it is told, and answers as it was told to.
final class WebhookReceiver: Sendable {
    struct Delivery: Sendable {
        let headers: [String: String]
        let body: String

        var id: String { headers["x-mlflow-delivery-id"] ?? "" }
        var json: JSONValue { (try? WireJSON.decode(JSONValue.self, from: Data(body.utf8))) ?? .null }
        /// Entity and action.
        var event: String { "\(json["entity"]?.stringValue ?? "").\(json["action"]?.stringValue ?? "")" }
    }

    private let state = Mutex((deliveries: [Delivery](), answers: [HTTPResponse.Status]()))

    var deliveries: [Delivery] { state.withLock { $0.deliveries } }

    /// The next answers, before 200 for all that follow.
    func answer(_ statuses: [HTTPResponse.Status]) { state.withLock { $0.answers = statuses } }

    private func take(_ delivery: Delivery) -> HTTPResponse.Status {
        state.withLock { state in
            state.deliveries.append(delivery)
            return state.answers.isEmpty ? .ok : state.answers.removeFirst()
        }
    }

    /// Runs it on a port of its own.
    func running<T: Sendable>(_ body: @Sendable @escaping (Int) async throws -> T) async throws -> T {
        let router = Router()
        router.post("/hook") { request, _ -> Response in
            let bytes = try await request.body.collect(upTo: 1 << 20)
            let headers = Dictionary(request.headers.map { ($0.name.canonicalName, $0.value) }) { $1 }
            let status = self.take(Delivery(headers: headers, body: String(buffer: bytes)))
            return Response(status: status, headers: status == .found ? [.location: "http://127.0.0.1:1/"] : [:])
        }
        let (ports, port) = AsyncStream<Int>.makeStream()
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) }, logger: quiet)
        return try await withThrowingTaskGroup(of: T?.self) { group in
            group.addTask {
                try await application.run()
                return nil
            }
            group.addTask {
                for await port in ports { return try await body(port) }
                return nil
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }
}
