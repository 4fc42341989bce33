import Contracts
import Foundation
import MeshClient

extension Demo {
    /// Chapter 5: a run with the manifest's recipe, on the newest version.
    func train(_ progress: inout Progress) async throws {
        let run = try await train(recipe: nil, progress)
        guard let version = run.version else { throw DemoFault(expectation: "a registered version", found: "none") }
        progress.red = version
    }

    /// Trains and waits for the end; gives the run, whose model is registered.
    func train(recipe: String?, _ progress: Progress, every pause: Duration = .milliseconds(100)) async throws -> TrainingRun {
        let owner = progress.cast.owner
        let wish = NewRun(capability: name, dataset: progress.dataset, recipe: recipe)
        let started: TrainingRun = try await owner.post(Path("v1", "trainer", "runs"), wish)
        let run = try await wait(for: "run \(started.id) to end", upTo: .seconds(60), every: pause) { () -> DemoSight<TrainingRun> in
            let run: TrainingRun = try await owner.get(Path("v1", "trainer", "runs", started.id))
            switch run.state {
            case .succeeded: return .there(run)
            case .failed, .cancelled:
                throw DemoFault(expectation: "the run to succeed", found: "\(run.state.rawValue): \(run.error ?? "no reason given")")
            case .queued, .running: return .notYet(run.state.rawValue)
            }
        }
        guard let version = run.version, run.model != nil, run.dataset?.version == progress.dataset else {
            throw DemoFault(
                expectation: "a registered model of version \(progress.dataset) of the data set",
                found: "version \(run.version.map(String.init) ?? "none") of \(run.dataset?.version ?? 0)")
        }
        let seconds = run.startedAt.flatMap { start in run.endedAt.map { $0.timeIntervalSince(start) } }
        story.tell(
            "run \(run.id.prefix(8)): \(run.recipe), \(run.iteration ?? 0) iterations, loss \(Self.text(run.loss)), "
                + "\(Self.text(seconds, digits: 2)) s; registered as version \(version)")
        return run
    }

    /// The report on a version; a run that succeeds starts the suite by itself, under its own id.
    func report(of run: TrainingRun, _ owner: DemoCaller, every pause: Duration = .milliseconds(100)) async throws -> SuiteReport {
        let report = try await wait(for: "the tests of run \(run.id) to end", upTo: .seconds(60), every: pause) {
            () -> DemoSight<SuiteReport> in
            let request = ClientRequest("GET", Path("v1", "trainer", "suites", run.id))
            let answer = try await owner.send(request)
            if answer.status == 404 { return .notYet("no suite") }
            guard answer.isSuccess else { throw owner.refusal(of: request, answer) }
            let suite = try answer.decode(SuiteRun.self)
            if suite.state == .failed {
                throw DemoFault(expectation: "the tests to be run", found: suite.error ?? "no reason given")
            }
            return suite.report.map { .there($0) } ?? .notYet(suite.state.rawValue)
        }
        story.tell("tests on version \(report.version ?? 0): \(report.passed ? "green" : "red")")
        for result in report.results {
            story.tell("  \(result.verdict.rawValue.padding(toLength: 12, withPad: " ", startingAt: 0))  \(result.name): \(result.message)")
        }
        return report
    }
}
