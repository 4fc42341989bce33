import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore

/// Output of a run's program, as it comes.
struct LogRoutes: Sendable {
    static let pause: Duration = .milliseconds(200)

    let runs: RunStore
    let logs: RunLogs

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/trainer/runs/{run}/logs", use: read)
    }

    /// All that there is; with `follow=true` also what comes, until the run has ended.
    @Sendable
    func read(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let found = try await runs.find(try context.parameter("run"))
        try context.identity.requireOwnership(of: found.team)
        let follows = try request.queryFlag("follow") ?? false
        let (runs, logs, id) = (runs, logs, found.run.id)
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store", .xContentTypeOptions: "nosniff"],
            body: ResponseBody { writer in
                var place = 0
                while true {
                    // Asked before the output is read, so that nothing written before the end is missed.
                    let hasEnded = follows ? try await runs.find(id).run.endedAt != nil : true
                    var pieces = try await logs.read(id, after: place)
                    while !pieces.isEmpty {
                        for piece in pieces {
                            try await writer.write(ByteBuffer(bytes: piece.bytes))
                            place = piece.ordinal
                        }
                        pieces = try await logs.read(id, after: place)
                    }
                    if hasEnded { break }
                    try await Task.sleep(for: Self.pause)
                }
                try await writer.finish(nil)
            })
    }
}
