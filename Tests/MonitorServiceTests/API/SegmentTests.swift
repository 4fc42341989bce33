import Contracts
import Foundation
import HTTPService
import Postgres
import ServiceTestSupport
import Spool
import TestSupport
import Testing

@testable import MonitorService

@Suite("Segments, feedback and traces")
struct SegmentTests {
    @Test("a segment is counted once, however often and at once it comes")
    func once() async throws {
        try await withMonitor { fixture in
            try await fixture.running { probe in
                var traffic = SampleTraffic(seed: 1)
                let lines =
                    try traffic.rows(50).map { try SpoolLine($0.record(), kind: .prediction) }
                    + [SpoolLine(SpoolLoss(key: .init(kind: .exposure, experiment: "e1", phase: 1), count: 7), kind: .loss)]
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<12 { group.addTask { try await probe.put(lines, segment: 1).status } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses == [Int](repeating: 204, count: 12))
                #expect(try await probe.health().predictions == 50)
                let outcomes = try await probe.send(
                    "GET", "/v1/monitor/experiments/e1/outcomes?phase=1&kpi=correct", token: MonitorFixture.router)
                #expect(try outcomes.decode(ExperimentOutcomes.self).lostExposures == 7)

                // The same requests in another segment, as after a retry between services, are no new ones.
                #expect(try await probe.put(lines, segment: 2).status == 204)
                #expect(try await probe.health().predictions == 50)
            }
        }
    }

    @Test("records that cannot be read count as lost, those beside them are kept")
    func unreadable() async throws {
        try await withMonitor { fixture in
            try await fixture.running { probe in
                var traffic = SampleTraffic(seed: 1)
                let deep = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
                let lines = try [
                    SpoolLine(traffic.row().record(), kind: .prediction),
                    SpoolLine(kind: .prediction, json: Array(#"{"context":{"source":[\#(deep)]}}"#.utf8)),
                    SpoolLine(kind: .exposure, json: Array(#"{"experiment":"e1","phase":1,"x":\#(deep)}"#.utf8)),
                    SpoolLine(kind: .exposure, json: Array(#"{"experiment":"e1","phase":1,"failed":3}"#.utf8)),
                    SpoolLine(kind: .exposure, json: [0xFF]), SpoolLine(kind: .loss, json: Array("[1]".utf8)),
                    SpoolLine(traffic.row().record(), kind: .prediction),
                ]
                #expect(try await probe.put(lines, segment: 1).status == 204)
                #expect(try await probe.health().predictions == 2)
                let outcomes = try await probe.send(
                    "GET", "/v1/monitor/experiments/e1/outcomes?phase=1&kpi=correct", token: MonitorFixture.router)
                #expect(try outcomes.decode(ExperimentOutcomes.self).lostExposures == 2)
                let lost = try await fixture.database.query("SELECT sum(count)::bigint AS lost FROM losses")
                #expect(try lost.first?.decode("lost", as: Int.self) == 5)
            }
        }
    }

    @Test("what a capability does in the wild is for its owner: others see neither its health nor its alarms")
    func strangers() async throws {
        try await withMonitor { fixture in
            try await fixture.running { probe in
                let stranger = TestAuthority().key("9", roles: [.engineer], team: "others")
                let administrator = TestAuthority().person(roles: [.administrator], team: "platform")
                try await fixture.database.execute(
                    """
                    INSERT INTO alarms (id, capability, slice, kind, metric, value, bound, rows, state, opened_at)
                         VALUES ('a1', 'digits', '*', 'metric', 'accuracy', 0.5, 0.75, 100, 'resolved', now())
                    """)
                for (token, status, alarms) in [(stranger, 403, 0), (administrator, 200, 1), (MonitorFixture.engineer, 200, 1)] {
                    let health = try await probe.send("GET", "/v1/monitor/capabilities/digits", token: token)
                    #expect(health.status == status)
                    for query in ["", "?capability=digits"] {
                        let list = try await probe.send("GET", "/v1/monitor/alarms" + query, token: token).decode(Page<Alarm>.self)
                        #expect(list.items.count == alarms)
                    }
                }
            }
        }
    }

    @Test("a team that may not call a capability does not say how it did, neither before nor after its prediction came")
    func strangersFeedback() async throws {
        try await withMonitor { fixture in
            try await fixture.running { probe in
                var traffic = SampleTraffic(seed: 1)
                let rows = traffic.rows(2)
                let stranger = TestAuthority().key("9", roles: [.engineer], team: "others")
                let early = try await probe.feedback([rows[0].feedback], token: stranger)
                #expect(try await probe.put(rows.map { try SpoolLine($0.record(), kind: .prediction) }, segment: 1).status == 204)
                let late = try await probe.feedback([rows[0].feedback, rows[1].feedback], token: stranger)
                let own = try await probe.feedback([rows[1].feedback])

                let statuses = [early.status, late.status, own.status]
                #expect(statuses == [200, 403, 200])
                #expect(late.json["detail"]?.stringValue?.contains("documents") == true)
                try await eventually {
                    let labeled = try await probe.health().slices.first { $0.slice == "*" }?.labeled
                    return labeled == 1 ? nil : "\(labeled ?? -1) labeled rows"
                }
            }
        }
    }

    @Test("a torn or changed segment is a 422 and leaves nothing behind")
    func corrupt() async throws {
        try await withMonitor { fixture in
            try await fixture.running { probe in
                var traffic = SampleTraffic(seed: 1)
                let good = try SpoolLine(traffic.row().record(), kind: .prediction)
                let bytes = SpoolSegment.bytes([good])
                var flipped = bytes
                flipped[40] ^= 1
                let strange = [
                    Array(bytes.dropLast()), flipped, [], Array("hello".utf8),
                ]
                for body in strange {
                    let answer = try await probe.send("PUT", "/v1/monitor/segments/s1/1", token: MonitorFixture.inference, body: body)
                    #expect(answer.status == 422)
                    #expect(answer.json["code"] == "monitor.segment_corrupt")
                }
                for path in ["s1/0", "s1/x", "S1/1", "s_1/1", String(repeating: "a", count: 65) + "/1"] {
                    let answer = try await probe.send("PUT", "/v1/monitor/segments/" + path, token: MonitorFixture.inference, body: bytes)
                    #expect(answer.status == 400, "\(path)")
                }
                #expect(try await probe.health().predictions == 0)
                #expect(try await probe.put([good], segment: 1).status == 204)
            }
        }
    }

    @Test("one id follows a request: prediction, exposure and feedback, whichever came first")
    func trace() async throws {
        try await withMonitor { fixture in
            try await fixture.running { probe in
                var traffic = SampleTraffic(seed: 1)
                let row = traffic.row()
                let path = "/v1/monitor/predictions/\(row.request)"
                let first = try await probe.feedback([row.feedback, Feedback(id: "k", requestId: row.request, values: ["correct": 1])])
                #expect(try first.decode(FeedbackReceipt.self) == FeedbackReceipt(accepted: 2, duplicates: 0))
                #expect(try await probe.send("GET", path, token: MonitorFixture.engineer).json["code"] == "monitor.prediction_unknown")

                // U+0000 in what a client said must not hold up a whole segment.
                let exposure = ExposureRecord(
                    requestId: row.request, time: Date(timeIntervalSince1970: 1_800_000_000), capability: "digits", experiment: "e1",
                    phase: 1,
                    variant: "control", unit: "u\u{0}1", failed: false, microseconds: 10)
                let lines = try [
                    SpoolLine(row.record(), kind: .prediction), SpoolLine(row.record(version: 2, shadow: true), kind: .prediction),
                    SpoolLine(exposure, kind: .exposure),
                ]
                #expect(try await probe.put(lines, segment: 1).status == 204)
                let trace = try await probe.send("GET", path, token: MonitorFixture.engineer).decode(PredictionTrace.self)
                #expect(trace.prediction?.version == 1)
                #expect(trace.prediction?.outputs["label"] == .array([row.output["label"] ?? .null]))
                #expect(trace.exposures == [exposure])
                #expect(trace.feedback.map(\.id) == [row.request.description, "k"])
                #expect(trace.feedback.first?.label == row.label)
                #expect(trace.feedback.last?.values == ["correct": 1])
                #expect(try await probe.health().feedback == 2)

                let stranger = TestAuthority().key("9", roles: [.engineer], team: "others")
                #expect(try await probe.send("GET", path, token: stranger).status == 404)
                let administrator = TestAuthority().person(roles: [.administrator], team: "platform")
                #expect(try await probe.send("GET", path, token: administrator).status == 200)
            }
        }
    }

    @Test("feedback is unique by source and id, within a batch and beyond")
    func duplicates() async throws {
        try await withMonitor { fixture in
            try await fixture.running { probe in
                let event = Feedback(id: "1", requestId: requestID(1), label: 3)
                var other = event
                other.source = "shop"
                let first = try await probe.feedback([event, event, other])
                #expect(try first.decode(FeedbackReceipt.self) == FeedbackReceipt(accepted: 2, duplicates: 1))
                let receipts = try await withThrowingTaskGroup(of: FeedbackReceipt.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            let events = (0..<100).map { Feedback(id: "n\($0)", requestId: requestID($0), label: 3) }.shuffled()
                            return try await probe.feedback(events).decode(FeedbackReceipt.self)
                        }
                    }
                    return try await group.reduce(into: [FeedbackReceipt]()) { $0.append($1) }
                }
                #expect(receipts.reduce(0) { $0 + $1.accepted } == 100)
                #expect(receipts.reduce(0) { $0 + $1.duplicates } == 700)
            }
        }
    }

    @Test(
        "bad feedback is a 4xx that names the field",
        arguments: [
            (#"{"events":[]}"#, "events"), (#"{"events":[{"id":"a","requestId":"x","label":1}]}"#, "events[0].requestId"),
            (#"{"events":[{"requestId":"00000000000000000000000000000001","label":1}]}"#, "events[0].id"),
            (#"{"events":[{"id":"a","requestId":"00000000000000000000000000000001"}]}"#, "events[0].label"),
            (#"{"events":[{"id":"a","requestId":"00000000000000000000000000000001","label":{"a":1}}]}"#, "events[0].label"),
            (#"{"events":[{"id":"a","requestId":"00000000000000000000000000000001","label":1,"more":2}]}"#, "events[0].more"),
            (#"{"events":[{"id":"a\u0000","requestId":"00000000000000000000000000000001","label":1}]}"#, "events[0].id"),
            (#"{"events":[{"id":"a","requestId":"00000000000000000000000000000001","values":{"k":"x"}}]}"#, "events[0].values.k"),
            (#"{"events":[{"id":"a","requestId":"00000000000000000000000000000001","values":{"k":1e10}}]}"#, "events[0].values.k"),
            (#"{"events":3}"#, "events"),
        ])
    func hostile(body: String, field: String) async throws {
        try await withMonitor { fixture in
            try await withRunning(try fixture.service()) { probe in
                let answer = try await probe.send("POST", "/v1/monitor/feedback", token: MonitorFixture.engineer, json: body)
                #expect(answer.status == 400, "\(answer.text)")
                #expect(answer.json["errors"]?.arrayValue?.first?["field"]?.stringValue == field, "\(answer.text)")
            }
        }
    }

    @Test("hostile paths and queries are 4xx")
    func hostilePaths() async throws {
        try await withMonitor { fixture in
            try await fixture.running { probe in
                for path in [
                    "/v1/monitor/predictions/x", "/v1/monitor/capabilities/UPPER", "/v1/monitor/capabilities/none",
                    "/v1/monitor/alarms?state=new",
                    "/v1/monitor/alarms?limit=0", "/v1/monitor/alarms?page=zzz", "/v1/monitor/alarms?capability=A%20B",
                    "/v1/monitor/experiments/nothing/outcomes", "/v1/monitor/experiments/e/outcomes?phase=-1&kpi=a",
                    "/v1/monitor/experiments/e/outcomes?phase=1&kpi=", "/console/none.js", "/console/..%2fmain",
                ] {
                    let answer = try await probe.send("GET", path, token: MonitorFixture.engineer)
                    #expect((400..<500).contains(answer.status), "\(path) \(answer.status)")
                }
            }
        }
    }

    @Test("every route lets in whom the route table lets in, and nobody else")
    func roles() async throws {
        try await withMonitor { fixture in
            let faults = try await RoleMatrix.faults(of: fixture.service())
            #expect(faults == [])
        }
    }

    @Test(
        "the console comes with its type, its policy and a tag that saves the second transfer",
        arguments: [
            ("", "text/html"), ("console.js", "text/javascript"), ("console.css", "text/css"),
        ])
    func console(file: String, type: String) async throws {
        try await withMonitor { fixture in
            try await withRunning(try fixture.service()) { probe in
                let answer = try await probe.send("GET", "/console/" + file)
                #expect(answer.status == 200)
                #expect(answer[header: "content-type"]?.hasPrefix(type) == true)
                #expect(answer[header: "content-security-policy"]?.contains("default-src 'none'") == true)
                #expect(!answer.body.isEmpty)
                let again = try await probe.send("GET", "/console/" + file, headers: ["If-None-Match": answer[header: "etag"] ?? ""])
                #expect(again.status == 304)
                #expect(again.body.isEmpty)
            }
        }
    }
}
