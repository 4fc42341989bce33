import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Routes of the trainer", .serialized)
struct TrainerRoutesTests {
    @Test("every route lets in whom the route table lets in, and nobody else")
    func roles() async throws {
        try await withTemporaryFolder { folder in
            try await withTrainerDatabase { url in
                let service = try makeTrainer(database: url, blobs: folder, internalURL: "http://127.0.0.1:9")
                #expect(try await RoleMatrix.faults(of: service) == [])
            }
        }
    }

    @Test("only the owner's team starts runs and suites; what is not there is 404")
    func ownership() async throws {
        try await withTrainer { mesh in
            let record = try Digits.record(try Digits.manifest())
            mesh.peers.change { $0.capabilities["digits"] = record }
            let other = mesh.authority.key(roles: [.engineer], team: "mobile")
            func post(_ path: String, _ json: String, token: String) async throws -> (Int, JSONValue?) {
                let answer = try await mesh.probe.send("POST", "/v1/trainer/" + path, token: token, json: json)
                return (answer.status, answer.json["code"])
            }

            #expect(try await post("runs", #"{"capability": "digits"}"#, token: other) == (403, "request.forbidden"))
            #expect(try await post("suites", #"{"capability": "digits", "version": 1}"#, token: other) == (403, "request.forbidden"))
            #expect(try await post("runs", #"{"capability": "nothing"}"#, token: mesh.engineer) == (404, "registry.capability_unknown"))
            #expect(
                try await post("suites", #"{"capability": "digits", "version": 3}"#, token: mesh.engineer) == (
                    404, "registry.version_unknown"
                ))
            #expect(try await post("runs/x/cancel", "{}", token: mesh.engineer) == (404, "trainer.run_unknown"))
            for path in ["runs/x", "runs/x/metrics"] {
                let answer = try await mesh.probe.send("GET", "/v1/trainer/" + path, token: mesh.engineer)
                #expect((answer.status, answer.json["code"]) == (404, "trainer.run_unknown"))
            }
            let suite = try await mesh.probe.send("GET", "/v1/trainer/suites/x", token: mesh.engineer)
            #expect((suite.status, suite.json["code"]) == (404, "trainer.suite_unknown"))
        }
    }

    @Test("runs, their metrics and suites are shown to the owning team and to administrators")
    func reading() async throws {
        try await withTrainer { mesh in
            let record = try Digits.record(try Digits.manifest())
            mesh.peers.change { $0.capabilities["digits"] = record }
            let run = try await mesh.start().id
            let version = try Digits.version(run: "earlier")
            mesh.peers.change { $0.versions.append(version) }
            let made = try await mesh.probe.send(
                "POST", "/v1/trainer/suites", token: mesh.engineer, json: #"{"capability": "digits", "version": 1}"#)
            let suite = try made.decode(SuiteRun.self).id
            let readers = [
                (mesh.engineer, 200, 1), (mesh.authority.key(roles: [.administrator], team: "platform"), 200, 1),
                (mesh.authority.key(roles: [.viewer], team: "mobile"), 403, 0),
            ]

            for (token, status, count) in readers {
                for path in ["runs/\(run)", "runs/\(run)/metrics", "suites/\(suite)"] {
                    #expect(try await mesh.probe.send("GET", "/v1/trainer/" + path, token: token).status == status, "\(path)")
                }
                for path in ["runs", "suites"] {
                    let list = try await mesh.probe.send("GET", "/v1/trainer/" + path, token: token)
                    #expect(list.json["items"]?.arrayValue?.count == count, "\(path)")
                }
            }
        }
    }

    @Test("a run whose answer was lost between its transaction and the kept answer starts once")
    func answerWithTheRun() async throws {
        try await withTrainer { mesh in
            let record = try Digits.record(try Digits.manifest())
            mesh.peers.change { $0.capabilities["digits"] = record }
            // What is kept after the transaction fails here, as if the process had died right behind it.
            try await mesh.database.execute(
                """
                CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN
                    IF NOT EXISTS (SELECT 1 FROM jobs WHERE xmin::text = (pg_current_xact_id()::text::bigint % 4294967296)::text) THEN
                        RAISE EXCEPTION 'too late';
                    END IF;
                    RETURN new;
                END $$
                """)
            try await mesh.database.execute("CREATE TRIGGER late BEFORE UPDATE ON idempotency_keys FOR EACH ROW EXECUTE FUNCTION late()")
            var ids: Set<String> = []
            for _ in 0..<2 {
                let answer = try await mesh.probe.send(
                    "POST", "/v1/trainer/runs", token: mesh.engineer, headers: ["Idempotency-Key": "k"], json: #"{"capability": "digits"}"#)
                #expect(answer.status == 201, "\(answer.text)")
                ids.insert(answer.json["id"]?.stringValue ?? "")
            }
            #expect(ids.count == 1)
            let runs = try await mesh.probe.send("GET", "/v1/trainer/runs", token: mesh.engineer)
            #expect(try runs.decode(Page<TrainingRun>.self).items.map(\.id) == Array(ids))
        }
    }

    static let refused: [(String, String, Int, String?)] = [
        ("runs", "{", 400, nil), ("runs", "[]", 400, nil), ("runs", #"{"capability": 3}"#, 400, "capability"),
        ("runs", #"{"capability": "../etc"}"#, 400, "capability"), ("runs", #"{"capability": "a b"}"#, 400, "capability"),
        ("runs", #"{"capability": "digits", "extra": 1}"#, 400, "extra"),
        ("runs", #"{"capability": "digits", "seed": 1e400}"#, 400, nil),
        ("runs", #"{"capability": "digits", "seed": "x"}"#, 400, "seed"),
        ("runs", #"{"capability": "digits", "dataset": -1}"#, 422, "dataset"),
        ("runs", #"{"capability": "digits", "dataset": 99999999999}"#, 422, "dataset"),
        ("runs", #"{"capability": "digits", "recipe": "'; DROP TABLE runs; --"}"#, 422, "recipe"),
        ("runs", #"{"capability": "digits", "parameters": {"l2": -1}}"#, 422, "parameters.l2"),
        ("runs", #"{"capability": "digits", "parameters": {"\u0000": 1}}"#, 400, nil),
        ("runs", #"{"capability": "digits", "parameters": []}"#, 400, "parameters"),
        ("suites", #"{"capability": "digits"}"#, 400, "version"), ("suites", #"{"capability": "digits", "version": 0}"#, 400, "version"),
        ("suites", #"{"capability": "digits", "version": 1, "dataset": 0}"#, 400, "dataset"),
        ("suites", #"{"capability": "DIGITS", "version": 1}"#, 400, "capability"),
        ("suites", #"{"capability": "digits", "version": 1, "alias": "champion"}"#, 400, "version"),
        ("suites", #"{"capability": "digits", "alias": "a b"}"#, 400, "alias"),
        ("suites", #"{"capability": "digits", "run": ""}"#, 400, "run"),
    ]

    @Test("hostile input is a 4xx that says what was wrong", arguments: refused)
    func hostile(path: String, json: String, status: Int, field: String?) async throws {
        try await withTrainer { mesh in
            let record = try Digits.record(try Digits.manifest())
            mesh.peers.change { $0.capabilities["digits"] = record }
            let answer = try await mesh.probe.send("POST", "/v1/trainer/" + path, token: mesh.engineer, json: json)
            let problem = try answer.decode(Problem.self)

            #expect(answer.status == status, "\(json): \(answer.text)")
            if let field { #expect(problem.errors?.first?.field == field, "\(json): \(answer.text)") }
        }
    }

    @Test("hostile paths and queries are 4xx")
    func paths() async throws {
        try await withTrainer { mesh in
            for path in [
                "runs?page=x", "runs?limit=0", "runs?limit=a", "runs?capability=%00", "runs?capability=A", "suites?page=%27",
                "suites?limit=201",
                "runs/%2e%2e/metrics", "runs/a%00b", "suites/\(String(repeating: "a", count: 300))", "runs/x/metrics?page=1",
            ] {
                let answer = try await mesh.probe.send("GET", "/v1/trainer/" + path, token: mesh.engineer)
                #expect((400..<500).contains(answer.status), "\(path): \(answer.status) \(answer.text)")
            }
        }
    }

    @Test("listings are newest first, by capability, and their pages hang together; a repeated key starts one run")
    func listings() async throws {
        try await withTrainer { mesh in
            let record = try Digits.record(try Digits.manifest())
            mesh.peers.change { $0.capabilities["digits"] = record }
            var ids: [String] = []
            for _ in 0..<5 { ids.append(try await mesh.start().id) }
            var bodies: Set<String> = []
            for _ in 0..<2 {
                let answer = try await mesh.probe.send(
                    "POST", "/v1/trainer/runs", token: mesh.engineer, headers: ["Idempotency-Key": "k1"], json: #"{"capability": "digits"}"#
                )
                #expect(answer.status == 201)
                bodies.insert(answer.json["id"]?.stringValue ?? "")
            }
            #expect(bodies.count == 1)
            ids += bodies

            var seen: [String] = []
            var next: String? = "/v1/trainer/runs?limit=4&capability=digits"
            while let path = next {
                let page = try await mesh.probe.send("GET", path, token: mesh.engineer).decode(Page<TrainingRun>.self)
                seen += page.items.map(\.id)
                next = page.nextPage.map { "/v1/trainer/runs?limit=4&capability=digits&page=\($0)" }
            }
            let none = try await mesh.probe.send("GET", "/v1/trainer/runs?capability=other", token: mesh.engineer)

            #expect(seen == ids.reversed())
            #expect(try none.decode(Page<TrainingRun>.self).items == [])
        }
    }
}
