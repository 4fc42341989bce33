import Foundation

/// Ends the servers and meshes that a benchmark started when somebody ends the benchmark.
struct Interruption {
    private let sources: [any DispatchSourceSignal]

    /// Works from now until the process ends.
    init() {
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                for pid in ProcessTree(root: getpid()).members.dropFirst() { kill(pid, SIGKILL) }
                BenchMesh.endAll()
                exit(128 + number)
            }
            source.resume()
            return source
        }
    }

    /// Keeps the watch up while the body runs.
    func during<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        defer { withExtendedLifetime(sources) {} }
        return try await body()
    }
}
