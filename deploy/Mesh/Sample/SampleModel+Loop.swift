import Contracts
import Foundation
import MeshClient

extension SampleModel {
    /// Labels of one turn.
    package static let newLabels = 100
    /// Turns for which the sample has scans.
    package static var turns: Int { get throws { try DemoDigits.sample().wild.count / newLabels } }

    /// Opens the project in which the turns' scans are labeled.
    package func openLabeling() async throws {
        let _: LabelingProject = try await progress.cast.owner.post(Path("v1", "labeling", "projects"), NewProject(capability: Self.name))
    }

    /// Lets people label scans that the dataset does not have yet, then times the way from the last label to a candidate that answers.
    ///
    /// - Parameter turn: which of the scans, from 0.
    package mutating func turn(_ turn: Int, recipe: String?) async throws -> LoopTimes {
        let owner = progress.cast.owner
        let scans = demo.digits.wild[(turn * Self.newLabels)..<((turn + 1) * Self.newLabels)]
        let tasks = scans.map {
            NewTask(
                rowId: $0.rowID, input: $0.input, context: $0.context, origin: RowOrigin(kind: .production, requestId: RequestID(), row: 0))
        }
        let _: JSONValue = try await owner.post(
            Path("v1", "labeling", "projects", Self.name, "tasks"), NewTasks(reason: "turn \(turn)", tasks: tasks))
        _ = try await demo.answerTasks(progress.cast)

        let clock = ContinuousClock()
        let start = clock.now
        let commit: LabelCommit = try await owner.post(
            Path("v1", "labeling", "projects", Self.name, "commits"), JSONValue.object([:]))
        let committed = clock.now
        progress.dataset = commit.dataset.version
        let run = try await demo.train(recipe: recipe, progress, every: .milliseconds(3))
        let trained = clock.now
        let report = try await demo.report(of: run, owner, every: .milliseconds(3))
        let judged = clock.now
        guard report.passed, let version = run.version else {
            throw DemoFault(expectation: "green tests of turn \(turn)", found: report.red)
        }
        try await demo.set("candidate", to: version, owner)
        let moved = clock.now
        try await demo.firstCandidate(version, progress)
        let served = clock.now
        let training = run.startedAt.flatMap { begun in run.endedAt.map { $0.timeIntervalSince(begun) } } ?? 0
        func seconds(_ from: ContinuousClock.Instant, _ to: ContinuousClock.Instant) -> Double { (to - from) / .seconds(1) }
        return LoopTimes(
            dataset: seconds(start, committed), queue: max(0, seconds(committed, trained) - training), training: training,
            suite: seconds(trained, judged), candidate: seconds(judged, moved), load: seconds(moved, served), total: seconds(start, served))
    }
}

extension Demo {
    /// Asks the candidate for an answer until it is this version that gives it.
    func firstCandidate(_ version: Int, _ progress: Progress) async throws {
        let path = Path("v2", "models", name, "versions", "candidate", "infer")
        try await wait(for: "version \(version) to answer as candidate", every: .milliseconds(3)) { () -> DemoSight<Void> in
            let answer = try await progress.cast.product.send(MeshClient.json("POST", path, DemoTraffic.body("user-0", [anyScan])))
            guard answer.isSuccess else { return .notYet(MeshCalls.fault(status: answer.status, body: answer.body)) }
            let served = try answer.decode(JSONValue.self)["model_version"]?.stringValue
            return served == String(version) ? .there(()) : .notYet("version \(served ?? "none")")
        }
    }
}
