import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@Suite("What the dataset service refuses", .serialized)
struct RefusalTests {
    @Test("every route lets in whom the route table lets in, and nobody else")
    func roles() async throws {
        try await withMesh { mesh in
            try await mesh.apply(try Fixtures.capability())
            #expect(try await RoleMatrix.faults(of: try mesh.service()) == [])
        }
    }

    @Test("another team neither reads rows nor writes; labeling does both for every team; names are open")
    func teams() async throws {
        try await withShapes { client in
            let stranger = client.mesh.authority.person("eve", roles: [.engineer], team: "mobile")
            let version = NewDatasetVersion(message: "test", rows: Fixtures.rows(0..<1))
            let refused = try await client.commit(version, token: stranger)
            let taken = try await client.commit(version, token: client.mesh.authority.service(.labeling))
            let name = try await client.post(
                DatasetMesh.root, NewDataset(name: "other", team: "documents"), token: stranger)

            #expect(refused.status == 403)
            #expect(taken.status == 201)
            #expect(name.status == 403)
            for tail in ["/versions", "/versions/1", "/versions/latest/rows", "/versions/1/statistics", "/versions/1/checks", "/needs"] {
                let answer = try await client.get(tail, token: stranger)
                #expect(answer.status == 403, "\(tail): \(answer.text)")
                #expect(answer.text.contains("documents") && !answer.text.contains("row-0"))
            }
            let administrator = client.mesh.authority.person("ada", roles: [.administrator], team: "platform")
            for token in [administrator, client.mesh.authority.service(.labeling), client.mesh.owner] {
                #expect(try await client.get("/versions/1/rows", token: token).status == 200)
            }
            #expect(try await client.get("", token: stranger).decode(DatasetRecord.self).team == "documents")
        }
    }

    @Test("a dataset is made once; another one of the name is a conflict")
    func datasets() async throws {
        try await withShapes { client in
            let again = try await client.post(DatasetMesh.root, NewDataset(name: "shapes", team: "documents", capability: "shapes"))
            let other = try await client.post(DatasetMesh.root, NewDataset(name: "shapes", team: "documents"))
            let unknown = try await client.post(DatasetMesh.root, NewDataset(name: "x", team: "documents", capability: "nothing"))
            let bad = try await client.post(DatasetMesh.root, NewDataset(name: "Ä", team: "documents"))

            #expect(again.status == 200)
            #expect(other.status == 409)
            #expect(unknown.status == 422)
            #expect(unknown.json["errors"]?.arrayValue?.first?["field"] == "capability")
            #expect(bad.status == 400)
            let page = try await client.probe.send("GET", DatasetMesh.root, token: client.mesh.owner).decode(Page<DatasetRecord>.self)
            #expect(page.items.map(\.name) == ["shapes"])
        }
    }

    @Test("labels for rows that are not there are refused by name, and nothing is committed")
    func unknownRows() async throws {
        try await withShapes { client in
            try await client.committed(rows: Fixtures.rows(0..<2))
            let labels = [LabelInput(rowId: "row-0", label: 1), LabelInput(rowId: "row-77", label: 1)]
            let answer = try await client.commit(NewDatasetVersion(message: "test", labels: labels))

            #expect(answer.status == 422)
            #expect(answer.json["errors"]?.arrayValue?.first?["field"] == "labels[1].rowId")
            #expect(answer.text.contains("row-77"))
            #expect(try await client.get("").decode(DatasetRecord.self).latestVersion == 1)
        }
    }

    private static let bodies: [(body: String, status: Int, mention: String)] = [
        ("", 400, "empty"), ("{", 400, "not valid JSON"), ("[]", 400, "an object"), ("{}", 400, "message"),
        (#"{"message":"m"}"#, 400, "rows or labels"), (#"{"message":"m","rows":{}}"#, 400, "rows"),
        (#"{"message":"m","rows":[1]}"#, 400, "rows[0]"),
        (#"{"message":"m","rows":[{"input":{"pixels":[1]}}]}"#, 422, "rows[0].input.pixels"),
        (#"{"message":"m","rows":[{"input":{"pixels":["a",1]}}]}"#, 422, "rows[0].input.pixels[0]"),
        (#"{"message":"m","rows":[{"input":{"pixels":[1,1]},"label":5}]}"#, 422, "rows[0].label"),
        (#"{"message":"m","rows":[{"input":{"pixels":[1,1]},"id":""}]}"#, 422, "rows[0].id"),
        (#"{"message":"m","rows":[{"input":{"pixels":[1,1]},"split":"test"}]}"#, 400, "rows[0].split"),
        (#"{"message":"m","labels":[{"rowId":"a","label":1,"confidence":1.5}]}"#, 422, "labels[0].confidence"),
        (#"{"message":"m","labels":[{"rowId":"a","label":null}]}"#, 422, "labels[0].label"),
        (#"{"message":"m","labels":[{"label":1}]}"#, 400, "labels[0].rowId"), (#"{"message":"m","base":1.5,"rows":[]}"#, 400, "base"),
        (#"{"message":"m","base":99999999999999999999,"rows":[]}"#, 400, "base"),
        (#"{"message":"a\u0000","rows":[]}"#, 400, "message"),
        (#"{"message":"m","rows":[{"input":{"pixels":[1,1]}},{"input":{"pixels":[1,1]},"context":{"x":["a\u0000"]}}]}"#, 400, "rows[1]"),
        (#"{"message":"m","labels":[{"rowId":"a\u0000","label":1}]}"#, 400, "labels[0]"),
        (#"{"message":"m","surprise":1,"rows":[]}"#, 400, "surprise"),
    ]

    @Test("bodies that are no request for a version")
    func refusedBodies() async throws {
        try await withShapes { client in
            for (body, status, mention) in Self.bodies {
                let answer = try await client.probe.send(
                    "POST", DatasetMesh.root + "/shapes/versions", token: client.mesh.owner, json: body)

                #expect(answer.status == status, "\(answer.text)")
                #expect(answer.text.contains(mention), "\(answer.text)")
            }
        }
    }
}
