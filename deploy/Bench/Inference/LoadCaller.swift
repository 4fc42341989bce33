import MeshCommand

/// A connection that a closure can hold.
final class LoadCaller {
    private var connection: LoadConnection

    init(port: Int) throws { connection = try LoadConnection(port: port) }

    /// Sends a request again and again over so many connections, for 0.2 seconds: what is measured next finds no cold server.
    static func warm(_ request: BenchRequest, port: Int, connections: Int) async throws {
        let bytes = request.bytes
        _ = try await LoadSample.measure(threads: connections, for: .milliseconds(200)) {
            let caller = try LoadCaller(port: port)
            return { try caller.call(bytes) }
        }
    }

    /// Sends a request; an answer that is no success is a fault.
    func call(_ request: [UInt8]) throws {
        let answer = try connection.exchange(request)
        guard answer.status == 200 else {
            throw BenchFault("status \(answer.status): \(String(decoding: answer.body.prefix(300), as: UTF8.self))")
        }
    }
}
