import Contracts
import Foundation
import MLflow
import ServiceTestSupport
import TestSupport
import Testing

@testable import ModelRegistryService

@Suite("Searches for registered models and versions", .serialized)
struct RegistrySearchTests {
    @Test("filters, orders and pages are the grammar's; prompts come only to those who ask")
    func models() async throws {
        try await withMLflow { mlflow in
            for name in ["b", "A", "a%c", "ab"] { try await mlflow.create(name, tags: ["size": name.count > 1 ? "large" : "small"]) }
            try await mlflow.create("prompt", tags: ["mlflow.prompt.is_prompt": "true"])
            let searches: [(String?, [String])] = [
                (nil, ["A", "a%c", "ab", "b"]), ("name = 'A'", ["A"]), ("name != 'A'", ["a%c", "ab", "b"]),
                ("name LIKE 'a%'", ["a%c", "ab"]), ("name ILIKE 'a%'", ["A", "a%c", "ab"]), ("name IN ('A', 'b', 'x')", ["A", "b"]),
                ("tag.size = 'large'", ["a%c", "ab"]), ("tags.size != 'large' AND name != 'b'", ["A"]), ("tag.none != 'x'", []),
                ("tag.size LIKE 's%' AND ", ["A", "b"]),
                ("tag.`mlflow.prompt.is_prompt` != 'true'", ["A", "a%c", "ab", "b"]),
                ("tag.`mlflow.prompt.is_prompt` = 'true'", ["prompt"]),
                ("tag.`mlflow.prompt.is_prompt` = 'false'", ["A", "a%c", "ab", "b"]),
                ("name LIKE 'a\\%' AND tag.size = 'large'", []),
            ]
            for (filter, names) in searches {
                #expect(try await mlflow.models(filter) == names, "\(filter ?? "")")
                #expect(try await mlflow.models(filter, size: 1) == names, "\(filter ?? ""), one by one")
            }
            #expect(try await mlflow.models(order: ["name DESC"]) == ["b", "ab", "a%c", "A"])
            _ = try await mlflow.call("PATCH", "registered-models/update", ["name": "A", "description": "newest"])
            #expect(try await mlflow.models(order: ["timestamp DESC"], size: 2).first == "A")
            #expect(try await mlflow.models(order: ["creation_timestamp ASC"], size: 2) == ["b", "A", "a%c", "ab"])
        }
    }

    @Test("a page begins where the last one ended, whatever was made meanwhile; a token counts for its search alone")
    func pages() async throws {
        try await withMLflow { mlflow in
            for name in ["b", "d", "f"] { try await mlflow.create(name) }
            let first = try await mlflow.call("GET", "registered-models/search", ["max_results": "2"])
            let token = first.json["next_page_token"] ?? .null
            for name in ["a", "c", "e"] { try await mlflow.create(name) }
            let second = try await mlflow.call("GET", "registered-models/search", ["max_results": "2", "page_token": token])
            let foreign = try await mlflow.call(
                "GET", "registered-models/search", ["max_results": "2", "page_token": token, "filter": "name != 'x'"])
            let stranger = try await mlflow.call(
                "GET", "registered-models/search", ["max_results": "2", "page_token": token], token: RegistryFixture.stranger)

            #expect(second.json["registered_models"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == ["e", "f"])
            #expect(second.json["next_page_token"] == nil)
            #expect(foreign.status == 400 && stranger.status == 400)
        }
    }

    @Test("versions are searched by number, run, source and tags")
    func versions() async throws {
        try await withMLflow(versions: 2) { mlflow in
            try await mlflow.create("iris")
            for _ in 1...3 { try await mlflow.version("iris") }
            let tag: JSONValue = ["name": "iris", "version": "2", "key": "checked", "value": "yes"]
            _ = try await mlflow.call("POST", "model-versions/set-tag", tag)
            let searches: [(String?, [String])] = [
                (nil, ["2", "1", "3", "2", "1"]), ("name = 'iris'", ["3", "2", "1"]), ("version_number >= 2", ["2", "3", "2"]),
                ("name='digits' AND version_number = 1", ["1"]), ("run_id = 'r2'", ["2"]), ("run_id IN ('r1', 'r2')", ["2", "1"]),
                ("source_path LIKE 'models:/m-%'", ["3", "2", "1"]), ("tag.checked = 'yes'", ["2"]), ("tag.checked != 'yes'", []),
            ]
            for (filter, numbers) in searches {
                #expect(try await mlflow.found("model-versions/search", "version", filter: filter) == numbers, "\(filter ?? "")")
                #expect(
                    try await mlflow.found("model-versions/search", "version", filter: filter, size: 1) == numbers,
                    "\(filter ?? ""), one by one")
            }
            let ordered = try await mlflow.found(
                "model-versions/search", "version", filter: "name = 'iris'", order: ["version_number ASC"], size: 2)
            #expect(ordered == ["1", "2", "3"])
        }
    }
}
