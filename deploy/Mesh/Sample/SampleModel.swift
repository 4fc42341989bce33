import Contracts
import Foundation
import MeshClient

/// The digits sample as a capability whose model serves, made through the gateway by public routes alone: what benchmarks and tests call.
package struct SampleModel: Sendable {
    /// Name of the capability.
    package static let name = DemoRun.capability
    let demo: Demo
    var progress: Demo.Progress

    /// A mesh that is up, and holds no such capability yet.
    package init(state: String) async throws {
        let caller = try MeshCalls(layout: MeshLayout(state: state)).demoCaller
        demo = Demo(
            name: Self.name, manifest: Self.unlimited(try DemoCommand.manifest()), administrator: caller, digits: try DemoDigits.sample(),
            story: DemoStory { _ in })
        progress = Demo.Progress(cast: try await DemoCast.gather(caller))
    }

    /// Declares the capability, ingests its scans with their digits, trains, promotes, and waits until the model answers.
    package mutating func serve() async throws -> ModelVersion {
        try await demo.declare(&progress)
        // The digits come with the file: nobody has to label.
        let request = ClientRequest(
            "POST", Path("v1", "dataset", "datasets", Self.name, "imports"), query: [("label", "digit")],
            headers: [("content-type", "text/csv")], body: Array(demo.digits.collectedCSV.utf8)
        ).renewed
        let dataset: DatasetVersion = try await progress.cast.owner.value(request)
        progress.dataset = dataset.number
        progress.champion = try await train(recipe: nil)
        for alias in ["candidate", "champion"] { try await demo.set(alias, to: progress.champion, progress.cast.owner) }
        _ = try await demo.firstAnswer(from: progress.champion, progress)
        return try await progress.cast.owner.get(
            Path("v1", "registry", "models", Self.name, "versions", String(progress.champion)))
    }

    /// Trains another version and compares it with the champion on half of the units; gives the experiment.
    package func compare(recipe: String) async throws -> Experiment {
        let owner = progress.cast.owner
        let challenger = try await train(recipe: recipe)
        let wish = NewExperiment(capability: Self.name, name: "sample", challenger: challenger)
        let experiment: Experiment = try await wait(for: "the experiment to begin") {
            let request = try MeshCalls.request("POST", Path("v1", "router", "experiments"), wish)
            let answer = try await owner.send(request)
            // The router hears of a version by an event.
            if answer.status == 404 { return .notYet("status 404") }
            guard answer.isSuccess else { throw owner.refusal(of: request, answer) }
            return .there(try answer.decode(Experiment.self))
        }
        return try await owner.post(Path("v1", "router", "experiments", experiment.id, "stages"), StageChange(stage: "0.5"))
    }

    /// A request of one row, as a caller of the capability sends it.
    package static func requestBody() throws -> [UInt8] {
        Array(try WireJSON.encode(DemoTraffic.body("me", [try DemoDigits.sample().wild[0]])))
    }

    /// The same row's pixels.
    package static func pixels() throws -> [Float] { try DemoDigits.sample().wild[0].pixels.map(Float.init) }

    /// A key that may call the capability: its id and its secret.
    package func callerKey() async throws -> (id: String, secret: String) {
        let wish = NewKey(name: "sample", team: DemoCast.productTeam, roles: [.viewer], expiresAt: nil)
        let key: APIKey = try await demo.administrator.post(Path("v1", "identity", "keys"), wish)
        let secret = key.secret ?? ""
        _ = try await demo.administrator.with(.key(secret)).session()
        return (key.id, secret)
    }

    /// The manifest without a limit that anybody who measures would meet.
    private static func unlimited(_ manifest: JSONValue) -> JSONValue {
        guard case .object(var root) = manifest, case .object(var access)? = root["access"] else { return manifest }
        access["requestsPerMinute"] = nil
        root["access"] = .object(access)
        return .object(root)
    }

    /// A version whose tests are green.
    private func train(recipe: String?) async throws -> Int {
        let run = try await demo.train(recipe: recipe, progress)
        let report = try await demo.report(of: run, progress.cast.owner)
        try expect(report.passed, "the tests of a model that saw every label to be green", found: report.red)
        return run.version ?? 0
    }
}
