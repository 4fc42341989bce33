import Contracts
import HTTPService
import Hummingbird
import Metrics
import Spool

/// Segments of spools, each counted once.
struct SegmentRoutes: Sendable {
    let segments: SegmentStore

    func add(to router: Router<ServiceContext>) {
        router.put("/v1/monitor/segments/{spool}/{segment}", use: receive)
    }

    @Sendable
    func receive(_ request: Request, _ context: ServiceContext) async throws -> NoContent {
        let spool = try context.parameter("spool")
        guard (1...64).contains(spool.utf8.count), spool.utf8.allSatisfy(Self.isAllowed) else {
            throw FieldFault("spool", expected: "the id of a spool: at most 64 lower-case letters, digits and hyphens")
        }
        let number = try context.number("segment")
        let body = try await request.bytes(context: context)
        do {
            let content = try SegmentContent(Array(body.readableBytesView))
            count(try await segments.count(content, spool: spool, segment: number) ? "counted" : "repeated")
            Counter(label: "mesh_monitor_unreadable_records").increment(by: content.unreadable)
        } catch let problem as Problem where problem.status == 422 {
            count("corrupt")
            throw problem
        }
        return NoContent()
    }

    private func count(_ outcome: String) {
        Counter(label: "mesh_monitor_segments", dimensions: [("outcome", outcome)]).increment()
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
    }
}
