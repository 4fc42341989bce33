import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Experiments of MLflow's API", .serialized)
struct ExperimentRoutesTests {
    @Test("an experiment is made, found, renamed, put away and taken out; its name stays taken")
    func life() async throws {
        try await withTrainer { mesh in
            let id = try await mesh.experiment("digits")
            #expect(try await mesh.track("experiments/create", #"{"name": "digits"}"#).verdict == "400 RESOURCE_ALREADY_EXISTS")
            #expect(
                try await mesh.track(get: "experiments/get-by-name?experiment_name=digits").json["experiment"]?["experiment_id"]
                    == .string(id))
            #expect(try await mesh.track("experiments/update", #"{"experiment_id": "\#(id)", "new_name": "figures"}"#).status == 200)
            #expect(try await mesh.track(get: "experiments/get?experiment_id=\(id)").json["experiment"]?["name"] == "figures")

            let run = try await mesh.trackedRun(id)
            #expect(try await mesh.track("experiments/delete", #"{"experiment_id": "\#(id)"}"#).text == "{}")
            #expect(try await mesh.tracked(run)["info"]?["lifecycle_stage"] == "deleted")
            let gone = try await mesh.track(get: "experiments/get-by-name?experiment_name=figures")
            #expect(gone.json["experiment"]?["lifecycle_stage"] == "deleted")
            #expect(try await mesh.track("experiments/create", #"{"name": "figures"}"#).verdict == "400 RESOURCE_ALREADY_EXISTS")
            let refused = try await mesh.track("runs/create", #"{"experiment_id": "\#(id)"}"#)
            #expect(refused.verdict == "400 INVALID_PARAMETER_VALUE")
            #expect(refused.message.contains("must be in the 'active' state"))

            #expect(try await mesh.track("experiments/restore", #"{"experiment_id": "\#(id)"}"#).status == 200)
            #expect(try await mesh.tracked(run)["info"]?["lifecycle_stage"] == "active")
        }
    }

    @Test("each team has an experiment 0 of its own, which is there from the start and can be put away")
    func ownDefault() async throws {
        try await withTrainer { mesh in
            let other = mesh.authority.key(roles: [.engineer], team: "mobile")
            #expect(try await mesh.track(get: "experiments/get?experiment_id=0").json["experiment"]?["name"] == "Default")
            #expect(try await mesh.track("experiments/delete", #"{"experiment_id": "0"}"#).status == 200)
            #expect(try await mesh.track(get: "experiments/get?experiment_id=0").json["experiment"]?["lifecycle_stage"] == "deleted")
            let theirs = try await mesh.track(get: "experiments/get?experiment_id=0", token: other)
            #expect(theirs.json["experiment"]?["lifecycle_stage"] == "active")
        }
    }

    @Test("tags of experiments are set, replaced and taken away; experiments are searched by them")
    func tags() async throws {
        try await withTrainer { mesh in
            let id = try await mesh.experiment("a")
            _ = try await mesh.experiment("b")
            for value in ["x", "y"] {
                let body = #"{"experiment_id": "\#(id)", "key": "k", "value": "\#(value)"}"#
                #expect(try await mesh.track("experiments/set-experiment-tag", body).status == 200)
            }
            let found = try await mesh.track("experiments/search", #"{"filter": "tags.k = 'y'", "max_results": 10}"#)
            #expect(found.json["experiments"]?.arrayValue?.map { $0["name"] } == ["a"])
            #expect(try await mesh.track("experiments/delete-experiment-tag", #"{"experiment_id": "\#(id)", "key": "k"}"#).status == 200)
            let again = try await mesh.track("experiments/delete-experiment-tag", #"{"experiment_id": "\#(id)", "key": "k"}"#)
            #expect(again.verdict == "404 RESOURCE_DOES_NOT_EXIST")
            #expect(again.message.contains("No tag with name: k"))
            let first = try await mesh.track(get: "experiments/search?max_results=1&order_by=name&view_type=ALL")
            #expect(first.json["experiments"]?.arrayValue?.map { $0["name"] } == ["Default"])
            let token = try #require(first.json["next_page_token"]?.stringValue)
            let next = try await mesh.track(get: "experiments/search?max_results=2&order_by=name&view_type=ALL&page_token=\(token)")
            #expect(next.json["experiments"]?.arrayValue?.map { $0["name"] } == ["a", "b"])
        }
    }

    static let refused: [(String, String, String)] = [
        ("experiments/create", "{", "400 INVALID_PARAMETER_VALUE Missing value for required parameter 'name'"),
        ("experiments/create", #"{"name": "  "}"#, "400 INVALID_PARAMETER_VALUE Invalid value"),
        ("experiments/create", #"{"name": 3}"#, "400 INVALID_PARAMETER_VALUE Invalid value 3 for parameter 'name' supplied"),
        ("experiments/create", #"{"name": "a\u0000"}"#, "400 INVALID_PARAMETER_VALUE Invalid value for parameter 'name' supplied"),
        ("experiments/delete", #"{"experiment_id": "abc"}"#, "400 INVALID_PARAMETER_VALUE Invalid experiment ID 'abc'"),
        ("experiments/delete", #"{"experiment_id": "99"}"#, "404 RESOURCE_DOES_NOT_EXIST No Experiment with id=99 exists"),
        ("experiments/search", #"{"max_results": 0}"#, "400 INVALID_PARAMETER_VALUE Invalid value 0 for parameter 'max_results' supplied"),
        ("experiments/search", #"{"page_token": "x"}"#, "400 INVALID_PARAMETER_VALUE Invalid page token"),
        ("experiments/search", #"{"view_type": "SOME"}"#, "400 INVALID_PARAMETER_VALUE Invalid value"),
        ("experiments/nothing", "{}", "404 ENDPOINT_NOT_FOUND There is no such route"),
        ("experiments/get", "{}", "405 ENDPOINT_NOT_FOUND The route takes"),
    ]

    @Test("what is wrong is refused in MLflow's words")
    func refusals() async throws {
        try await withTrainer { mesh in
            for (path, body, expected) in Self.refused {
                let answer = try await mesh.track(path, body)
                #expect("\(answer.verdict) \(answer.message)".hasPrefix(expected), "\(path) \(body): \(answer.text)")
            }
            let text = try await mesh.probe.send(
                "POST", "/mlflow/api/2.0/mlflow/experiments/create", token: mesh.engineer, headers: ["Content-Type": "text/plain"],
                body: Array(#"{"name": "x"}"#.utf8))
            #expect(text.verdict == "400 BAD_REQUEST")
            let other = try await mesh.probe.send("GET", "/mlflow/apix/2.0/mlflow/experiments/get?experiment_id=0", token: mesh.engineer)
            #expect(other.verdict == "404 ENDPOINT_NOT_FOUND")
            let page = try await mesh.probe.send("GET", "/mlflow/ajax-api/2.0/mlflow/experiments/get?experiment_id=0", token: mesh.engineer)
            #expect(page.status == 200)
            let doubled = try await mesh.track("experiments/create", #""{\"name\": \"doubled\", \"unknown\": [1]}""#)
            #expect(doubled.status == 200)
        }
    }

    @Test("health, version and what the server can do are told without a login")
    func server() async throws {
        try await withTrainer { mesh in
            #expect(try await mesh.probe.send("GET", "/mlflow/health").text == "OK")
            #expect(try await mesh.probe.send("GET", "/mlflow/version").text == "3.18.0")
            let info = try await mesh.probe.send("GET", "/mlflow/api/3.0/mlflow/server-info")
            #expect(info.json["artifact_serving_enabled"] == true)
            #expect(info.json["workspaces_enabled"] == false)
            #expect(try await mesh.probe.send("GET", "/mlflow/api/2.0/mlflow/experiments/get").verdict == "401 UNAUTHENTICATED")
        }
    }
}
