import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

@Suite("The last good version after a restart", .serialized)
struct LastGoodVersionTests {
    /// Runs an instance until it has noted that version 1 serves, and ends it.
    private func serveOnce(_ fixture: InferenceFixture) async throws {
        try await fixture.running(instances: 1) { probes in
            #expect(try await probes[0].answer("digits") == .version(1))
            try await eventually { try await kept(fixture) == [1] ? nil : "not noted" }
        }
    }

    private func kept(_ fixture: InferenceFixture) async throws -> [Int] {
        try await fixture.database.query("SELECT (served->>'number')::int AS number FROM inference.good_versions ORDER BY alias").map {
            try $0.decode("number", as: Int.self)
        }
    }

    private func ready(_ probe: HTTPProbe, _ path: String = "/v2/models/digits/ready") async throws -> ProbeAnswer {
        try await probe.send("GET", path, token: InferenceFixture.engineer)
    }

    @Test("a champion that is no model: the one before it serves, and index, readiness and metrics say so")
    func noModel() async throws {
        try await withInference { fixture in
            try await serveOnce(fixture)
            try await fixture.register(3, of: "digits", isGood: false)
            try await fixture.point("champion", of: "digits", to: 3)
            try await fixture.running(instances: 2) { probes in
                for probe in probes {
                    #expect(try await probe.answer("digits") == .version(1))
                    #expect(try await probe.answer("digits", version: "champion") == .version(1))
                    #expect(try await probe.answer("digits", version: "3") == .status(503))
                    let index = try await probe.index()
                    #expect(index["digits/1"]?.hasPrefix("READY") == true)
                    #expect(index["digits/1"]?.contains("version 1 serves as champion, since version 3 was refused") == true)
                    #expect(index["digits/3"]?.lowercased().contains("protobuf") == true)
                    let ready = try await ready(probe)
                    #expect(ready.status == 200)
                    #expect(ready.json["reason"]?.stringValue?.contains("since version 3 was refused") == true)
                    let metrics = try await probe.send("GET", "/metrics").text
                    #expect(metrics.contains(#"mesh_inference_alias_behind{alias="champion",model="digits"} 1"#))
                }
                try await fixture.point("champion", of: "digits", to: 2)
                for probe in probes {
                    try await eventually { try await probe.answer("digits") == .version(2) ? nil : "still the old one" }
                    #expect(try await ready(probe).json["reason"] == nil)
                    let metrics = try await probe.send("GET", "/metrics").text
                    #expect(metrics.contains(#"mesh_inference_alias_behind{alias="champion",model="digits"} 0"#))
                }
                try await eventually { try await kept(fixture) == [2] ? nil : "\(try await kept(fixture))" }
            }
        }
    }

    @Test("a champion whose file is damaged: the one before it serves until the file is healed")
    func damaged() async throws {
        try await withInference { fixture in
            try await serveOnce(fixture)
            let hex = Digest(of: try SampleModel.bytes(2)).hex
            let place = fixture.folder.appending(path: "blobs/\(hex.prefix(2))/\(hex.dropFirst(2).prefix(2))/\(hex)")
            try Data(try SampleModel.bytes(7)).write(to: place)
            try await fixture.point("champion", of: "digits", to: 2)
            try await fixture.running(instances: 1) { probes in
                #expect(try await probes[0].answer("digits") == .version(1))
                let state = try await probes[0].index()["digits/2"]
                #expect(state?.contains("damaged") == true)
                try Data(try SampleModel.bytes(2)).write(to: place)
                try await eventually { try await probes[0].answer("digits") == .version(2) ? nil : "still the old one" }
            }
        }
    }

    @Test("a revision that the model does not fit: it serves as it was declared before")
    func unfit() async throws {
        try await withInference { fixture in
            try await serveOnce(fixture)
            var record = try SampleModel.record()
            record.manifest.interface.inputs[0].shape = [-1, 5]
            try await fixture.announce(EventType.capabilityApplied, record)
            try await fixture.running(instances: 1) { probes in
                #expect(try await probes[0].answer("digits") == .version(1))
                let ready = try await ready(probes[0])
                #expect(ready.json["reason"]?.stringValue?.contains("an earlier declaration of version 1 serves as champion") == true)
            }
        }
    }

    @Test("a good successor serves at once after a restart, and what was unloaded is forgotten")
    func successor() async throws {
        try await withInference { fixture in
            try await serveOnce(fixture)
            try await fixture.point("champion", of: "digits", to: 2)
            try await fixture.running(instances: 1) { probes in
                #expect(try await probes[0].answer("digits") == .version(2))
                #expect(try await probes[0].unload("digits").status == 200)
                try await eventually { try await kept(fixture) == [] ? nil : "still known" }
            }
        }
    }

    @Test("no instance is ready before it has followed what was told while it was away")
    func current() async throws {
        try await withInference { fixture in
            try await serveOnce(fixture)
            try await fixture.point("champion", of: "digits", to: 2)
            let (released, release) = AsyncStream.makeStream(of: Void.self)
            let (locked, lock) = AsyncStream.makeStream(of: Void.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // Whoever holds the cursor keeps every reader from going on.
                    try await fixture.database.transaction { connection in
                        _ = try await connection.query("SELECT reader FROM inference.event_cursors WHERE reader = 'catalogue' FOR UPDATE")
                        lock.yield()
                        for await _ in released { break }
                    }
                }
                for await _ in locked { break }
                try await withRunning(try fixture.service()) { probe in
                    // It serves what it knows, but takes no part yet.
                    try await eventually { try await probe.answer("digits") == .version(1) ? nil : "it does not serve" }
                    #expect(try await probe.send("GET", "/v2/health/ready").status == 503)
                    release.yield()
                    try await eventually {
                        let ready = try await probe.send("GET", "/v2/health/ready")
                        return ready.status == 200 ? nil : ready.text
                    }
                    #expect(try await probe.answer("digits") == .version(2))
                }
                try await group.waitForAll()
            }
        }
    }
}
