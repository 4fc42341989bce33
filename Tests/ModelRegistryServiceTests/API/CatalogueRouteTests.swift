import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import ModelRegistryService

@Suite("The catalogue's routes", .serialized)
struct CatalogueRouteTests {
    static let path = "/v1/registry/capabilities"

    static func names(_ registry: RegistryFixture, _ query: String, token: String = RegistryFixture.engineer) async throws -> [String] {
        try await registry.get("\(path)?\(query)", token: token).decode(Page<CatalogueEntry>.self).items.map(\.name)
    }

    @Test("it is searched by text, owner, kind, state and access")
    func search() async throws {
        try await withRegistry(versions: 1) { registry in
            let caption = SampleManifest.changed("metadata.name", "caption").setting(["metadata", "description"], "Describe a picture")
                .setting(["interface", "outputs", "0", "datatype"], "BYTES").setting(["access"], [:])
            _ = try await registry.apply(caption, name: "caption")
            _ = try await registry.report(1, model: "r1")
            let stranger = TestAuthority().key("3", roles: [.viewer], team: "mobile")

            #expect(try await Self.names(registry, "") == ["caption", "digits"])
            #expect(try await Self.names(registry, "text=PICTURE%20describe") == ["caption"])
            #expect(try await Self.names(registry, "text=nothing") == [])
            #expect(try await Self.names(registry, "team=documents") == ["caption", "digits"])
            #expect(try await Self.names(registry, "team=others") == [])
            #expect(try await Self.names(registry, "kind=text") == ["caption"])
            #expect(try await Self.names(registry, "state=green") == ["digits"])
            #expect(try await Self.names(registry, "state=empty") == ["caption"])
            #expect(try await Self.names(registry, "mayCall=true", token: stranger) == ["digits"])
            #expect(try await Self.names(registry, "mayCall=false", token: stranger) == ["caption"])
            #expect(try await registry.get("\(Self.path)?kind=magic").status == 400)
            #expect(try await registry.get("\(Self.path)?state=blue").status == 400)
        }
    }

    @Test("an entry shows the champion's tests on the present revision, whatever newer versions do")
    func standing() async throws {
        try await withRegistry(versions: 2) { registry in
            _ = try await registry.report(1, model: "r1")
            _ = try await registry.point("champion", to: 1)
            _ = try await registry.report(2, model: "r2", results: [.sample("good enough", .fail)])
            let green = try await Self.entry(registry)
            _ = try await registry.apply(SampleManifest.changed("tests.0.atLeast", 0.95))
            let untested = try await Self.entry(registry)
            _ = try await registry.report(1, model: "r1", revision: 2, results: [.sample("good enough", .fail)])
            let red = try await Self.entry(registry)

            #expect([green, untested, red].map { $0?.state } == [.green, .untested, .red])
            #expect(green?.version == 1 && green?.champion == 1)
            #expect(red?.tests.map(\.verdict) == [.fail])
        }
    }

    private static func entry(_ registry: RegistryFixture) async throws -> CatalogueEntry? {
        try await registry.get(path).decode(Page<CatalogueEntry>.self).items.first
    }

    @Test("filters go on over pages and over batches of capabilities")
    func pages() async throws {
        try await withRegistry { registry in
            for number in 0..<7 {
                let name = "c\(number)"
                let manifest = SampleManifest.changed("metadata.name", .string(name))
                    .setting(["metadata", "description"], number.isMultiple(of: 3) ? "every third" : "another")
                _ = try await registry.apply(manifest, name: name)
            }
            let first = try await registry.get("\(Self.path)?text=third&limit=2").decode(Page<CatalogueEntry>.self)
            let second = try await registry.get("\(Self.path)?text=third&limit=2&page=\(first.nextPage ?? "")")
                .decode(Page<CatalogueEntry>.self)

            #expect(first.items.map(\.name) == ["c0", "c3"])
            #expect(second.items.map(\.name) == ["c6"])
            #expect(second.nextPage == nil)
        }
    }

    @Test("the manifest's schema is served to anybody, and is the shipped one")
    func schema() async throws {
        try await withRegistry { registry in
            let answer = try await registry.probe.send("GET", "/v1/registry/schema/capability.json")
            let file = try Data(contentsOf: Checkout.root.appending(path: "Shared/Contracts/OpenAPI/capability.schema.json"))

            #expect(answer.status == 200)
            #expect(answer.json == (try WireJSON.decode(JSONValue.self, from: file)))
            #expect(answer.json["properties"]?["tests"]?["items"]?["oneOf"]?.arrayValue?.count == TestKind.allCases.count)
        }
    }
}
