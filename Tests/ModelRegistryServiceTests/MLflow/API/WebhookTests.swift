import Contracts
import Cryptography
import Foundation
import HTTPTypes
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import ModelRegistryService

@Suite("Webhooks of MLflow's API", .serialized)
struct WebhookTests {
    private func hook(
        _ mlflow: MLflowFixture, port: Int, events: [WebhookEvent], secret: String? = "s3cret", name: String = "deploy"
    ) async throws -> ProbeAnswer {
        let events = events.map { event -> JSONValue in
            ["entity": .string(event.entity.uppercased()), "action": .string(event.action.uppercased())]
        }
        var members: [String: JSONValue] = [
            "name": .string(name), "url": .string("http://127.0.0.1:\(port)/hook"), "events": .array(events),
        ]
        members["secret"] = secret.map { .string($0) }
        return try await mlflow.call("POST", "webhooks", .object(members))
    }

    private func withReceiver(
        versions: Int? = nil, _ body: @Sendable @escaping (MLflowFixture, WebhookReceiver, Int) async throws -> Void
    ) async throws {
        try await withMLflow(versions: versions, environment: ["WEBHOOKS_ALLOW_PRIVATE": "true"]) { mlflow in
            let receiver = WebhookReceiver()
            try await receiver.running { port in try await body(mlflow, receiver, port) }
        }
    }

    @Test("every change of a free model is told once, signed")
    func free() async throws {
        try await withReceiver { mlflow, receiver, port in
            let events: [WebhookEvent] = [
                .modelCreated, .versionCreated, .versionTagSet, .versionTagDeleted, .aliasCreated, .aliasDeleted,
            ]
            let made = try await hook(mlflow, port: port, events: events)
            try await mlflow.create("iris", tags: ["owner": "garden"])
            try await mlflow.version("iris")
            let tag: JSONValue = ["name": "iris", "version": "1", "key": "k", "value": "v"]
            _ = try await mlflow.call("POST", "model-versions/set-tag", tag)
            _ = try await mlflow.call("DELETE", "model-versions/delete-tag", tag)
            _ = try await mlflow.alias("best", of: "iris", to: 1)
            _ = try await mlflow.call("DELETE", "registered-models/alias", ["name": "iris", "alias": "best"])
            try await eventually { receiver.deliveries.count == 6 ? nil : "\(receiver.deliveries.map(\.event))" }

            let seen = receiver.deliveries
            #expect(!made.text.contains("s3cret"))
            #expect(Set(seen.map(\.event)) == Set(events.map(\.rawValue)))
            #expect(Set(seen.map(\.id)).count == 6)
            for delivery in seen {
                let signed = "\(delivery.id).\(delivery.headers["x-mlflow-timestamp"] ?? "").\(delivery.body)"
                let code = authenticationCode(of: Array(signed.utf8), key: Array("s3cret".utf8))
                #expect(delivery.headers["x-mlflow-signature"] == "v1," + Data(code).base64EncodedString())
                #expect(delivery.json["data"]?["name"] == "iris")
            }
            let version = seen.first { $0.event == "model_version.created" }?.json["data"]
            #expect(version?["source"] == .string(MLflowFixture.logged) && version?["version"] == "1")
        }
    }

    @Test("what the mesh itself does to a capability is told, too")
    func capability() async throws {
        try await withReceiver { mlflow, receiver, port in
            _ = try await hook(mlflow, port: port, events: [.modelCreated, .versionCreated, .aliasCreated, .aliasDeleted])
            _ = try await mlflow.registry.apply(SampleManifest.json)
            _ = try await mlflow.registry.register("r1")
            try await mlflow.version("digits")
            _ = try await mlflow.registry.point("trial", to: 1)
            _ = try await mlflow.call("DELETE", "registered-models/alias", ["name": "digits", "alias": "trial"])
            try await eventually { receiver.deliveries.count == 5 ? nil : "\(receiver.deliveries.map(\.event))" }

            let sources = receiver.deliveries.compactMap { $0.json["data"]?["source"]?.stringValue }
            #expect(Set(sources) == ["runs:/r1/model", MLflowFixture.logged])
            #expect(receiver.deliveries.first { $0.event == "model_version_alias.created" }?.json["data"]?["version"] == "1")
        }
    }

    @Test("a receiver that fails is told again under the same id; one that refuses is not")
    func retries() async throws {
        try await withReceiver { mlflow, receiver, port in
            _ = try await hook(mlflow, port: port, events: [.modelCreated])
            receiver.answer([.internalServerError, .tooManyRequests])
            try await mlflow.create("iris")
            try await eventually(within: .seconds(30)) {
                let left = try await mlflow.waiting()
                return left == 0 ? nil : "\(left) waiting, \(receiver.deliveries.count) attempts"
            }
            #expect(receiver.deliveries.count == 3)
            #expect(Set(receiver.deliveries.map(\.id)).count == 1)
            #expect(Set(receiver.deliveries.map(\.body)).count == 1)

            // A redirect is not followed: it might lead to where the webhook itself may not.
            receiver.answer([.found])
            try await mlflow.create("rose")
            try await eventually { try await mlflow.givenUp() == 1 ? nil : "not given up" }
            #expect(receiver.deliveries.count == 4)
        }
    }

    @Test("private addresses are refused unless a setting allows them, whatever they are called")
    func privateAddresses() async throws {
        try await withMLflow { mlflow in
            let events: JSONValue = [["entity": "REGISTERED_MODEL", "action": "CREATED"]]
            for url in [
                "http://127.0.0.1:9/hook", "http://localhost/hook", "http://10.1.2.3/", "http://169.254.169.254/latest", "http://[::1]/",
                "http://[::ffff:127.0.0.1]/", "http://0177.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/",
                "ftp://example.org/", "http://user:word@1.1.1.1/", "http:///nothing", "hook", "http://nothing.invalid/",
            ] {
                let answer = try await mlflow.call("POST", "webhooks", ["name": "deploy", "url": .string(url), "events": events])
                #expect(answer.status == 400, "\(url): \(answer.text)")
            }
            let made = try await mlflow.call("POST", "webhooks", ["name": "deploy", "url": "https://1.1.1.1/hook", "events": events])
            let id = made.json["webhook"]?["webhook_id"]?.stringValue ?? ""
            let moved = try await mlflow.call("PATCH", "webhooks/\(id)", ["url": "http://192.168.0.1/"])

            #expect(made.status == 200)
            #expect(moved.status == 400)
            // A name may come to lead elsewhere after the webhook was made: what is in the table now is looked at again.
            try await mlflow.registry.database.execute("UPDATE model_registry.webhooks SET url = 'http://127.0.0.1:9/hook'")
            let tried = try await mlflow.call("POST", "webhooks/\(id)/test")
            #expect(tried.json["result"]?["error_message"]?.stringValue?.contains("non-public") == true, "\(tried.text)")
        }
    }

    @Test("a team's webhooks are listed by pages, changed, tried and deleted; nobody else sees them, and no answer holds a secret")
    func management() async throws {
        try await withReceiver { mlflow, receiver, port in
            var ids: [String] = []
            for name in ["a", "b", "c"] {
                let made = try await hook(mlflow, port: port, events: [.versionCreated], name: name)
                ids.append(made.json["webhook"]?["webhook_id"]?.stringValue ?? "")
            }
            let listed = try await mlflow.found("webhooks", "name", size: 2)
            let path = "webhooks/\(ids[0])"
            let tried = try await mlflow.call("POST", "\(path)/test")
            let signature = receiver.deliveries.first?.headers["x-mlflow-signature"]
            let changed = try await mlflow.call("PATCH", path, ["status": "DISABLED", "description": "off", "secret": ""])
            let unsigned = try await mlflow.call("POST", "\(path)/test", ["event": ["entity": "REGISTERED_MODEL", "action": "CREATED"]])
            let foreign = try await [("GET", path), ("PATCH", path), ("DELETE", path), ("POST", "\(path)/test")].asyncMap {
                try await mlflow.call($0.0, $0.1, token: RegistryFixture.stranger).status
            }
            let stored = try await mlflow.registry.database.query("SELECT secret::text AS secret FROM model_registry.webhooks")
            let deleted = try await mlflow.call("DELETE", path)

            #expect(listed == ["a", "b", "c"])
            #expect(try await mlflow.found("webhooks", "name", token: RegistryFixture.stranger) == [])
            #expect(tried.json["result"]?["success"] == true && tried.json["result"]?["response_status"] == 200)
            #expect(signature?.hasPrefix("v1,") == true)
            #expect(changed.json["webhook"]?["status"] == "DISABLED" && changed.json["webhook"]?["description"] == "off")
            #expect(unsigned.json["result"]?["success"] == true)
            #expect(receiver.deliveries.last?.event == "registered_model.created")
            #expect(receiver.deliveries.last?.headers["x-mlflow-signature"] == nil)
            #expect(foreign == [404, 404, 404, 404])
            #expect(try stored.allSatisfy { try !($0.decode("secret", as: String?.self) ?? "").contains("733363726574") })
            #expect(deleted.text == "{}")
            #expect(try await mlflow.call("GET", path).status == 404)
        }
    }

    @Test("wrong webhooks are refused by name")
    func faults() async throws {
        try await withMLflow { mlflow in
            let url: JSONValue = "https://1.1.1.1/"
            let event: JSONValue = ["entity": "REGISTERED_MODEL", "action": "CREATED"]
            for (members, words) in [
                (["url": url, "events": [event]], "'name'"), (["name": "a", "events": [event]], "'url'"),
                (["name": "a", "url": url], "'events'"), (["name": "a", "url": url, "events": []], "events cannot be empty"),
                (["name": "-a", "url": url, "events": [event]], "Webhook name '-a' is invalid"),
                (["name": "a", "url": url, "events": [["entity": "REGISTERED_MODEL", "action": "SET"]]], "Invalid action 'set'"),
                (["name": "a", "url": url, "events": [event], "status": "ON"], "'status'"),
            ] as [(JSONValue, String)] {
                let answer = try await mlflow.call("POST", "webhooks", members)
                #expect(answer.status == 400 && answer.text.contains(words), "\(members): \(answer.text)")
            }
        }
    }
}

extension MLflowFixture {
    /// Deliveries that wait for an attempt.
    fileprivate func waiting() async throws -> Int {
        try await registry.database.query(
            "SELECT count(*) AS count FROM model_registry.webhook_deliveries WHERE failed_at IS NULL"
        ).first?.decode("count") ?? -1
    }

    /// Deliveries whose receiver was given up.
    fileprivate func givenUp() async throws -> Int {
        try await registry.database.query(
            "SELECT count(*) AS count FROM model_registry.webhook_deliveries WHERE failed_at IS NOT NULL"
        ).first?.decode("count") ?? -1
    }
}
