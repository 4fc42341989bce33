import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import ExperimentRouterService

@Suite("Data path", .serialized)
struct DataPathTests {
    static let token = RouterFixture.engineer

    static func infer(
        _ probe: HTTPProbe, _ body: String = "{}", unit: String? = nil, path: String = "/v2/models/digits/infer"
    ) async throws -> ProbeAnswer {
        try await probe.send("POST", path, token: token, headers: unit.map { ["x-mesh-unit": $0] } ?? [:], body: Array(body.utf8))
    }

    @Test("a body of any bytes passes through both ways unchanged")
    func bytes() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                try await fixture.move(probe, try await fixture.begin(probe), to: "0.5")
                try await fixture.follows(probe, stage: "0.5")
                for size in [0, 1, 777, 300_000] {
                    let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 37) }
                    let answer = try await probe.send(
                        "POST", "/v2/models/digits/infer", token: Self.token,
                        headers: ["Inference-Header-Content-Length": "0", "x-mesh-unit": "ann"], body: body)

                    #expect(answer.body == body)
                    #expect(["1", "2"].contains(answer[header: "inference-header-content-length"]))
                    #expect(answer[header: "content-type"] == "application/octet-stream")
                    #expect(fixture.stub.seen.value.inferences.last?.body == body)
                    #expect(fixture.stub.seen.value.inferences.last?.headers["inference-header-content-length"] == "0")
                }
            }
        }
    }

    @Test("without an experiment the champion answers, or the version that is named")
    func versions() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                _ = try await Self.infer(probe)
                _ = try await Self.infer(probe, path: "/v2/models/digits/versions/3/infer")
                _ = try await Self.infer(probe, path: "/v2/models/digits/versions/champion/infer")
                let unknown = try await Self.infer(probe, path: "/v2/models/digits/versions/9/infer")
                let nobody = try await Self.infer(probe, path: "/v2/models/nothing/infer")

                #expect(fixture.stub.seen.value.inferences.map(\.version) == [1, 3, 1])
                #expect(unknown.status == 404)
                #expect(nobody.status == 404)
                #expect(nobody.json["error"]?.stringValue?.contains("nothing") == true)
            }
        }
    }

    @Test("the request's id goes to inference and back to the client")
    func requestID() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let id = Contracts.RequestID().description
                let answer = try await probe.send(
                    "POST", "/v2/models/digits/infer", token: Self.token, headers: ["X-Request-ID": id], body: [])
                let made = try await Self.infer(probe)

                #expect(answer[header: "x-request-id"] == id)
                #expect(fixture.stub.seen.value.inferences.map { $0.headers["x-request-id"] } == [id, made[header: "x-request-id"]])
                #expect(fixture.stub.seen.value.inferences[0].headers["authorization"] == "Bearer \(Self.token)")
            }
        }
    }

    @Test("units are split as the hash says, always alike, and every exposure reaches the monitor")
    func exposures() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let moved = try await fixture.move(probe, try await fixture.begin(probe), to: "0.5")
                try await fixture.follows(probe, stage: "0.5")
                for round in 0..<2 {
                    for user in 0..<40 {
                        let body = #"{"parameters":{"user_id":"user \#(user)"}}"#
                        #expect(try await (round == 0 ? Self.infer(probe, body) : Self.infer(probe, unit: "user \(user)")).status == 200)
                    }
                }
                _ = try await Self.infer(probe)
                try await eventually {
                    let count = fixture.stub.seen.value.exposures.count
                    return count >= 80 ? nil : "\(count) exposures"
                }

                let seen = fixture.stub.seen.value
                #expect(seen.exposures.count == 80)
                for exposure in seen.exposures {
                    let arm = try #require(RouteChoice.arm(of: exposure.unit, in: moved))
                    #expect(exposure.variant == arm.name)
                    #expect(exposure.phase == 2)
                    #expect(exposure.experiment == moved.id)
                    #expect(!exposure.failed)
                    #expect(exposure.microseconds > 0)
                    let call = try #require(seen.inferences.first { $0.headers["x-request-id"] == exposure.requestId.description })
                    #expect(call.version == arm.version)
                    #expect(call.headers["x-mesh-variant"] == arm.name)
                    #expect(call.headers["x-mesh-experiment"] == moved.id)
                    #expect(call.headers["x-mesh-unit"] == RequestUnit.headerValue(exposure.unit))
                }
                #expect(Set(seen.exposures.map(\.variant)) == ["control", "challenger"])
            }
        }
    }

    @Test("failures are exposures that failed; refusals of the request are none")
    func failures() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                try await fixture.move(probe, try await fixture.begin(probe), to: "0.5")
                try await fixture.follows(probe, stage: "0.5")
                fixture.stub.seen.change { $0.statuses = [1: 500, 2: 500] }
                let failed = try await Self.infer(probe, unit: "ann")
                fixture.stub.seen.change { $0.statuses = [1: 400, 2: 400] }
                let refused = try await Self.infer(probe, unit: "ann")
                fixture.stub.seen.change { $0.statuses = [:] }
                let good = try await Self.infer(probe, unit: "ann")
                try await eventually {
                    let count = fixture.stub.seen.value.exposures.count
                    return count >= 2 ? nil : "\(count) exposures"
                }

                let statuses = [failed.status, refused.status, good.status]
                #expect(statuses == [500, 400, 200])
                #expect(fixture.stub.seen.value.exposures.map(\.failed) == [true, false])
            }
        }
    }

    @Test("in the shadow stage the champion answers at once while the challenger still thinks, bounded")
    func shadow() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let begun = try await fixture.begin(probe)
                try await fixture.follows(probe, stage: "shadow")
                fixture.stub.seen.change { $0.held = [2] }
                for number in 0..<80 { #expect(try await Self.infer(probe, "{\"n\":\(number)}", unit: "ann").status == 200) }
                try await eventually {
                    let seen = fixture.stub.seen.value
                    return seen.shadows.count == 64 ? nil : "\(seen.shadows.count) copies"
                }
                let held = fixture.stub.seen.value
                fixture.stub.seen.change { $0.held = [] }
                try await eventually {
                    _ = try await Self.infer(probe, "late", unit: "ann")
                    let shadows = fixture.stub.seen.value.shadows
                    return shadows.contains { $0.body == Array("late".utf8) } ? nil : "\(shadows.count) copies"
                }

                #expect(held.answered.count == 80)
                #expect(held.answered.allSatisfy { $0.version == 1 && $0.headers["x-mesh-experiment"] == nil })
                let copy = try #require(held.shadows.first)
                #expect(copy.version == 2)
                #expect(copy.headers["x-mesh-variant"] == "challenger")
                #expect(copy.headers["x-mesh-experiment"] == begun.id)
                #expect(held.answered.contains { $0.headers["x-request-id"] == copy.headers["x-request-id"] && $0.body == copy.body })
                #expect(fixture.stub.seen.value.exposures.isEmpty)
            }
        }
    }

    @Test("a challenger that fails every copy harms no answer")
    func failingShadow() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                _ = try await fixture.begin(probe)
                try await fixture.follows(probe, stage: "shadow")
                fixture.stub.seen.change { $0.statuses = [2: 500] }
                // More than what opens a breaker.
                for _ in 0..<40 { #expect(try await Self.infer(probe).status == 200) }

                #expect(fixture.stub.seen.value.answered.count == 40)
            }
        }
    }

    @Test("inference killed is 503 with Retry-After at once, and back it answers again")
    func inferenceAway() async throws {
        try await withRouter { fixture in
            let other = StubMesh()
            let port = try await other.running { port in port }
            let away = RouterFixture(
                url: fixture.url, folder: fixture.folder, stub: other, peerPort: port, database: fixture.database)
            try await withRunning(try away.service()) { probe in
                try await eventually {
                    let ready = try await probe.send("GET", "/readyz")
                    let answer = try await Self.infer(probe)
                    return ready.status == 200 && answer.status == 503 ? nil : "\(ready.text) \(answer.text)"
                }
                let dead = try await Self.infer(probe)
                try await other.running(port: port) { _ in
                    try await eventually {
                        let answer = try await Self.infer(probe)
                        return answer.status == 200 ? nil : answer.text
                    }
                }
                try await eventually {
                    let answer = try await Self.infer(probe)
                    return answer.status == 503 ? nil : answer.text
                }

                #expect(dead.status == 503)
                #expect(dead[header: "retry-after"] == "1")
                #expect(dead.json["error"]?.stringValue == "Inference cannot be reached.")
            }
        }
    }

    @Test("a version that always fails, and deadlines too short to be kept, keep nobody else from being answered")
    func noisyNeighbour() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                fixture.stub.seen.change {
                    $0.statuses = [3: 503]
                    $0.held = [2]
                }
                for _ in 0..<30 {
                    #expect(try await Self.infer(probe, path: "/v2/models/digits/versions/3/infer").status == 503)
                    let late = try await probe.send(
                        "POST", "/v2/models/digits/versions/2/infer", token: Self.token, headers: ["x-mesh-deadline-ms": "5"], body: [])
                    #expect(late.status == 504)
                }
                fixture.stub.seen.change { $0.held = [] }

                #expect(try await Self.infer(probe).status == 200)
            }
        }
    }

    @Test("a client that hangs up was exposed, and nothing failed for it")
    func hangUp() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                try await fixture.move(probe, try await fixture.begin(probe), to: "0.5")
                try await fixture.follows(probe, stage: "0.5")
                fixture.stub.seen.change { $0.held = [1, 2] }
                let connection = try ProbeConnection(port: probe.port)
                let request = HTTPProbe.request(
                    "POST", "/v2/models/digits/infer", token: Self.token, headers: ["x-mesh-unit": "ann"], body: [])
                _ = await connection.write(request)
                try await eventually { fixture.stub.seen.value.inferences.isEmpty ? "not there yet" : nil }
                connection.hangUp()
                try await eventually { fixture.stub.seen.value.exposures.isEmpty ? "no exposure" : nil }
                fixture.stub.seen.change { $0.held = [] }

                #expect(fixture.stub.seen.value.exposures.map(\.failed) == [false])
            }
        }
    }

    @Test("with Postgres and the monitor away the data path goes on as before, experiment included")
    func postgresAway() async throws {
        try await withRouter { fixture in
            try await fixture.running { probe in
                let moved = try await fixture.move(probe, try await fixture.begin(probe), to: "0.5")
                try await fixture.follows(probe, stage: "0.5")
                let name = try #require(try await fixture.database.query("SELECT current_database() AS name").first)
                let database: String = try name.decode("name")
                let administrator = Database(url: try TestDatabase.administratorURL(), maximumConnections: 1, logger: quiet)
                defer { administrator.close() }
                try await administrator.execute("ALTER DATABASE \(identifier: database) ALLOW_CONNECTIONS false")
                _ = try await administrator.query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = \(database) AND pid <> pg_backend_pid()")
                try await eventually {
                    let answer = try await probe.send("GET", "/v1/router/experiments", token: Self.token)
                    return answer.status >= 500 ? nil : "\(answer.status) \(answer.text)"
                }
                #expect(try await probe.send("GET", "/readyz").status == 200, "the gateway must not take it out")
                for user in 0..<20 { #expect(try await Self.infer(probe, unit: "u\(user)").status == 200) }
                let seen = fixture.stub.seen.value.inferences.suffix(20)
                try await administrator.execute("ALTER DATABASE \(identifier: database) ALLOW_CONNECTIONS true")

                #expect(Set(seen.map(\.version)) == [1, 2])
                #expect(seen.allSatisfy { $0.headers["x-mesh-experiment"] == moved.id })
            }
        }
    }
}
