import Contracts
import Testing

@testable import InferenceService

@Suite("What a reference to a version means")
struct PublishedModelTests {
    static let model = ModelFixture.model(
        [2, 10, 1].map { ModelFixture.version($0) }, aliases: ["champion": 2, "candidate": 10, "ghost": 7])

    @Test(
        "a number, an alias, the newest, or the champion where none is named",
        arguments: [("1", 1), ("10", 10), ("candidate", 10), ("champion", 2), ("latest", 10), ("", 2), (nil, 2)] as [(String?, Int)])
    func resolved(reference: String?, number: Int) throws {
        #expect(try Self.model.resolve(reference).number == number)
    }

    @Test("what is none, or stands for a version that is not there, is unknown", arguments: ["01", "+1", "7", "ghost", "1.0", "-1"])
    func unknown(reference: String) {
        let problem = #expect(throws: Problem.self) { try Self.model.resolve(reference) }
        #expect(problem?.status == 404)
        #expect(problem?.detail?.contains(reference) == true)
    }

    @Test("versions ascend by number, and aliases of missing versions are no aliases")
    func order() {
        #expect(Self.model.versions.map(\.number) == [1, 2, 10])
        #expect(Self.model.aliases == ["champion": 2, "candidate": 10])
        #expect(Self.model.aliased.map(\.number) == [2, 10])
    }

    @Test("a model without a champion has no standard version, and says so")
    func noChampion() {
        let model = ModelFixture.model([ModelFixture.version(1)])
        let problem = #expect(throws: Problem.self) { try model.resolve(nil) }
        #expect(problem?.detail?.contains("champion") == true)
        #expect(model.standard == nil)
    }

    @Test("its owner and the teams that it lets in may call it", arguments: [("documents", true), ("mobile", true), ("other", false)])
    func callers(team: String, isLetIn: Bool) {
        #expect(Self.model.admits(team: team) == isLetIn)
    }

    @Test("the key changes with the file, the interface and each setting, and with nothing else")
    func keys() {
        let version = ModelFixture.version(1)
        var settings = ModelSettings()
        settings.log.redacted = ["b", "a", "c"]
        let redacted = ModelFixture.version(1, settings: settings)
        settings.threads = 2

        #expect(version.key == ModelFixture.version(1).key)
        #expect(version.key != ModelFixture.version(2, file: 1).key)
        #expect(version.key != ModelFixture.version(1, file: 2).key)
        #expect(version.key != ModelFixture.version(1, of: "n").key)
        #expect(version.key != redacted.key)
        #expect(redacted.key != ModelFixture.version(1, settings: settings).key)
    }

    @Test("settings are those of the manifest's section, and the standard where it says nothing")
    func settings() {
        let serving = CapabilityManifest.Serving(
            batching: .init(maximumRows: 64, maximumDelayMicroseconds: 500), threads: 2, provider: "cuda", queue: 9,
            log: .init(sample: 0.5, redact: ["x"], maximumBytes: 1 << 30), cacheBytes: 77)
        let settings = ModelSettings(serving, queue: 100)

        #expect(settings.threads == 2)
        #expect(settings.provider == "cuda")
        #expect(settings.queue == 9)
        #expect(settings.cacheBytes == 77)
        #expect(settings.batching == .init(maximumRows: 64, maximumDelay: .microseconds(500), preferredRows: []))
        #expect(settings.log == .init(sample: 0.5, redacted: ["x"], maximumBytes: KeptData.mostBytes))
        #expect(ModelSettings(nil, queue: 100).queue == 100)
        #expect(ModelSettings(nil).threads == 1)
    }
}
