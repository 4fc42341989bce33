import Scheduling
import Testing

@testable import InferenceService

@Suite("Requests that came in together")
struct TurnPlanTests {
    static func request(_ name: String, rows: Int = 1, shape: [Int]? = [1]) -> WaitingRequest<String> {
        WaitingRequest(name, rows: rows, shape: shape, arrival: 0)
    }

    static func names(_ requests: [WaitingRequest<String>], mostRows: Int) -> [[String]] {
        TurnPlan.runs(requests, mostRows: mostRows).map { $0.map(\.job) }
    }

    @Test("those of one shape share a run, others and those without a shape do not")
    func shapes() {
        let requests = [
            Self.request("a"), Self.request("b", shape: [2]), Self.request("c"), Self.request("d", shape: nil),
            Self.request("e", shape: nil), Self.request("f", shape: [2]),
        ]
        #expect(Self.names(requests, mostRows: 8) == [["a", "c"], ["b", "f"], ["d"], ["e"]])
        #expect(Self.names([], mostRows: 8) == [])
    }

    @Test("a run has no more rows than it may, and who has more runs alone")
    func rows() {
        let requests = [Self.request("a", rows: 3), Self.request("b", rows: 2), Self.request("c", rows: 9), Self.request("d", rows: 1)]

        #expect(Self.names(requests, mostRows: 5) == [["a", "b"], ["c"], ["d"]])
        #expect(Self.names(requests, mostRows: 1) == [["a"], ["b"], ["c"], ["d"]])
    }
}
