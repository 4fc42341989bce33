import Testing

@testable import MeshCommand

@Suite("Event samples")
struct EventSampleTests {
    @Test("the worst lag and all parked events of an instance's readers")
    func sums() {
        let sample = EventSample(
            metrics: """
                # TYPE mesh_events_lag_seconds gauge
                mesh_events_lag_seconds{reader="catalogue"} 0.25
                mesh_events_lag_seconds{reader="experiments"} 31.5
                mesh_events_parked_total{reader="catalogue"} 7
                mesh_events_parked_now{reader="catalogue"} 2
                mesh_events_parked_now{reader="experiments"} 1
                mesh_events_applied_total{reader="catalogue"} 900
                """)

        #expect(sample.lagSeconds == 31.5)
        #expect(sample.parked == 3)
    }

    @Test("a service that follows no events has neither")
    func none() {
        let sample = EventSample(metrics: "mesh_http_requests_total{route=\"/v1/a\"} 10\nmesh_events_lag_seconds{reader=\"a\"} NaN")

        #expect(sample.lagSeconds == nil)
        #expect(sample.parked == nil)
    }

    @Test("the table has them beside the queue")
    func table() {
        let row = StatusReport.Row(
            service: "trainer", instance: "trainer-1", pid: 7, phase: "ready", isReady: true, restarts: 0, eventLagSeconds: 12.34,
            parkedEvents: 3)
        let lines = StatusReport.table([row]).split(separator: "\n")

        #expect(lines.first?.split(separator: " ", omittingEmptySubsequences: true).map(String.init).contains("PARKED") == true)
        #expect(lines.last?.split(separator: " ").suffix(4).map(String.init) == ["12.3", "3", "0", "7"])
    }
}
