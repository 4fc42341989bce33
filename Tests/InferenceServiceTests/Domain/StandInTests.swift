import Contracts
import Foundation
import Testing

@testable import InferenceService

@Suite("Versions that serve in the place of others")
struct StandInTests {
    static let versions = [1, 2].map { ModelFixture.version($0) }
    static let declared = ModelFixture.model(versions, aliases: ["champion": 2, "candidate": 2])

    @Test("each alias that an earlier version serves for is named, with why")
    func named() {
        let served = Self.declared.with(versions: Self.versions, aliases: ["champion": 1, "candidate": 2])
        let refused = StandIn.all(declared: Self.declared, served: served) { $0.number == 2 ? "no protobuf" : nil }
        #expect(refused.map(\.alias) == ["champion"])
        #expect(refused.first?.reason == "version 1 serves as champion, since version 2 was refused: no protobuf")
        let loading = StandIn.all(declared: Self.declared, served: served) { _ in nil }
        #expect(loading.first?.reason == "version 1 serves as champion until version 2 is loaded")
        #expect(StandIn.all(declared: Self.declared, served: Self.declared) { _ in "no" } == [])
    }

    @Test("the same number declared otherwise is another one")
    func declaration() {
        let old = Self.declared.with(versions: [Self.versions[0], ModelFixture.version(2, file: 9)], aliases: Self.declared.aliases)
        let standIns = StandIn.all(declared: Self.declared, served: old) { _ in "unfit" }
        #expect(standIns.map(\.alias) == ["candidate", "champion"])
        #expect(standIns.first?.reason.hasPrefix("an earlier declaration of version 2 serves as candidate") == true)
    }

    @Test("a version is remembered as it was served, with its interface and all settings")
    func remembered() throws {
        let serving = CapabilityManifest.Serving(
            batching: .init(maximumRows: 32, maximumDelayMicroseconds: 500_001, preferredRows: [8, 16]), threads: 4, queue: 7,
            log: .init(sample: 0.25, redact: ["x", "y"], maximumBytes: 100), cacheBytes: 1024)
        let served = ModelFixture.version(3, settings: ModelSettings(serving))
        let kept = try WireJSON.decode(GoodVersion.self, from: WireJSON.encode(GoodVersion(served, alias: "champion")))
        #expect(kept == GoodVersion(served, alias: "champion"))
        #expect(kept.served.key == served.key)
        let other = GoodVersion(ModelFixture.version(1), alias: "candidate")
        let model = try #require(GoodVersion.models([kept, other])["m"])
        #expect(model.version("champion")?.key == served.key)
        #expect(model.version("candidate")?.number == 1)
    }
}
