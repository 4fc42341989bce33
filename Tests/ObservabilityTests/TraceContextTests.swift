import Observability
import Testing

@Suite("Trace context")
struct TraceContextTests {
    @Test("a well-formed traceparent is continued under the same trace")
    func continued() throws {
        let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

        let trace = try #require(TraceContext(traceparent: header))
        let child = TraceContext.continuing(header)

        #expect(trace.traceparent == header)
        #expect(child.traceID == trace.traceID)
        #expect(child.spanID != trace.spanID)
        #expect(TraceContext(traceparent: child.traceparent) == child)
    }

    @Test(
        "what is not a traceparent starts a new trace",
        arguments: [
            "", "00", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x", "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        ])
    func malformed(header: String) throws {
        #expect(TraceContext(traceparent: header) == nil)
        let fresh = TraceContext.continuing(header)
        #expect(TraceContext(traceparent: fresh.traceparent) == fresh)
    }

    @Test("a later version may have more to say")
    func laterVersion() {
        #expect(TraceContext(traceparent: "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-more") != nil)
    }
}
