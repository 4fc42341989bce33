import Contracts
import Foundation
import Slices
import Testing

@testable import MonitorService

@Suite("Rows of requests")
struct TrafficRowTests {
    @Test("a request's flat data is cut into rows, and each gets its own truth")
    func rows() {
        let record = PredictionRecord(
            requestId: requestID(1), time: .now, capability: "digits", version: 1, team: "documents", shadow: false, rows: 2,
            microseconds: 1,
            inputs: ["pixels": [1, 2, 3, 4], "age": [7, 8]], outputs: ["label": [5, 6]], context: ["source": ["a", nil]])
        let rows = record.trafficRows(labels: [1: 9])
        #expect(rows.map { $0.input["pixels"] } == [[1, 2], [3, 4]])
        #expect(rows.map { $0.input["age"] } == [7, 8])
        #expect(rows.map { $0.output["label"] } == [5, 6])
        #expect(rows.map { $0.context["source"] } == ["a", nil])
        #expect(rows.map(\.label) == [nil, 9])
        #expect(rows[1].value(of: SliceField(.prediction, "label")) == 6)
        #expect(rows[0].value(of: .label) == nil)
    }

    @Test("feedback faults are named")
    func faults() {
        let id = requestID(1)
        func fields(_ event: Feedback) -> [String] { FeedbackCheck.faults(FeedbackBatch(events: [event])).map(\.field) }
        #expect(fields(Feedback(id: "a", requestId: id, label: 1)).isEmpty)
        #expect(fields(Feedback(id: "a", requestId: id, values: ["k": 1])).isEmpty)
        #expect(fields(Feedback(id: "", requestId: id, label: 1)) == ["events[0].id"])
        #expect(fields(Feedback(id: "a", requestId: id)) == ["events[0].label"])
        #expect(fields(Feedback(id: "a", requestId: id, label: [1])) == ["events[0].label"])
        #expect(fields(Feedback(id: "a", requestId: id, row: -1, label: 1)) == ["events[0].row"])
        #expect(fields(Feedback(id: "a", requestId: id, values: ["k": .infinity])) == ["events[0].values.k"])
        #expect(FeedbackCheck.faults(FeedbackBatch(events: [])).map(\.field) == ["events"])
    }
}
