import Contracts
import Foundation
import MeshClient

extension Demo {
    static let challengerRecipe = "multilayer-perceptron"
    /// More rows for the second variant.
    static let moreRows = 250
    /// Scans in one request of a user.
    static let scansPerUser = 20
    /// Users between two looks at the read-out.
    static let usersPerLook = 80
    /// Looks after which an experiment that has decided nothing is rolled back.
    static let looks = 6

    /// Chapter 8: another recipe on more rows; shadow, then half of the users; the read-out decides.
    func experiment(_ progress: inout Progress) async throws {
        let owner = progress.cast.owner
        let challenger = try await makeChallenger(&progress)
        let wish = NewExperiment(capability: name, name: "perceptron", challenger: challenger)
        let experiment: Experiment = try await wait(for: "the experiment to begin") {
            let request = try MeshCalls.request("POST", Path("v1", "router", "experiments"), wish)
            let answer = try await owner.send(request)
            // The router hears of a version by an event.
            if answer.status == 404 || (try? answer.decode(Problem.self))?.code == ProblemCode.noChampion.name {
                return .notYet("status \(answer.status)")
            }
            guard answer.isSuccess else { throw owner.refusal(of: request, answer) }
            return .there(try answer.decode(Experiment.self))
        }
        progress.experiment = experiment.id
        try await shadow(experiment, progress)
        let readout = try await compare(experiment, &progress)
        try await decide(readout, challenger: challenger, &progress)
    }

    private func makeChallenger(_ progress: inout Progress) async throws -> Int {
        let owner = progress.cast.owner
        let request = LabelRequest(
            count: Self.moreRows, method: .uncertainty, version: progress.champion, reason: "more rows for a second variant")
        try await ask(owner, request)
        _ = try await answerTasks(progress.cast)
        try await commitLabels(&progress)
        let run = try await train(recipe: Self.challengerRecipe, progress)
        try expect(run.recipe == Self.challengerRecipe, "a run of \(Self.challengerRecipe)", found: run.recipe)
        let report = try await report(of: run, owner)
        try expect(report.passed, "the second variant's tests to be green", found: report.red)
        return run.version ?? 0
    }

    /// In the shadow stage every user gets the champion's answer.
    private func shadow(_ experiment: Experiment, _ progress: Progress) async throws {
        try expect(
            experiment.state == .running && experiment.stage == "shadow", "an experiment that begins in shadow",
            found: "\(experiment.state.rawValue) at stage \(experiment.stage)")
        var deck = DemoDeck(digits.wild, seed: 11)
        let served = try await traffic(progress).send((0..<20).map { ("user-\($0)", deck.deal(5)) })
        let versions = Set(served.map(\.version))
        try expect(versions == [progress.champion], "only version \(progress.champion) to answer in shadow", found: "\(versions.sorted())")
        story.tell("shadow: \(served.count) requests answered by version \(progress.champion), the challenger sees copies")
    }

    /// Half of the users get the challenger, each always the same; the read-out is looked at after every group of users.
    private func compare(_ experiment: Experiment, _ progress: inout Progress) async throws -> Readout {
        let owner = progress.cast.owner
        let moved: Experiment = try await owner.post(
            Path("v1", "router", "experiments", experiment.id, "stages"), StageChange(stage: "0.5"))
        try expect(
            moved.stage == "0.5" && moved.phase == experiment.phase + 1, "a new phase at half of the traffic",
            found: "stage \(moved.stage), phase \(moved.phase)")
        try await waitForArms(moved, progress)
        let traffic = traffic(progress)
        var deck = DemoDeck(digits.wild, seed: 12)
        for look in 1...Self.looks {
            let first = (look - 1) * Self.usersPerLook
            let users = (first..<first + Self.usersPerLook).map { "customer-\($0)" }
            let served = try await traffic.send(users.map { ($0, deck.deal(Self.scansPerUser)) })
            try await traffic.giveFeedback(on: served)
            progress.served += served
            let readout = try await readout(moved, units: progress.served.count, owner)
            tell(readout, look: look)
            try expect(readout.verdict != .blocked, "no block on the read-out", found: readout.reasons.joined(separator: "; "))
            if readout.verdict != .undecided || look == Self.looks {
                try await checkSticky(moved, progress)
                return readout
            }
        }
        throw DemoFault(expectation: "a read-out", found: "none")
    }

    /// The data path hears of the new stage within a moment: until then nobody is exposed, and nobody is counted.
    private func waitForArms(_ experiment: Experiment, _ progress: Progress) async throws {
        let arms = Set(experiment.variants.map(\.version))
        var seen: Set<Int> = []
        try await wait(for: "both arms to be served") { () -> DemoSight<Void> in
            let probes = (0..<8).map { _ in ("probe-\(UUID().uuidString)", [anyScan]) }
            seen.formUnion(try await traffic(progress).send(probes).map(\.version))
            return seen == arms ? .there(()) : .notYet("versions \(seen.sorted())")
        }
    }

    /// The read-out once the monitor has every unit that was served.
    private func readout(_ experiment: Experiment, units: Int, _ owner: DemoCaller) async throws -> Readout {
        try await wait(for: "the monitor to count \(units) units") {
            let readout: Readout = try await owner.get(Path("v1", "router", "experiments", experiment.id, "readout"))
            let counted = readout.arms.map(\.units).reduce(0, +)
            return counted >= units ? .there(readout) : .notYet("\(counted) units")
        }
    }

    private func tell(_ readout: Readout, look: Int) {
        let arms = readout.arms.map { "\($0.variant) \(Self.text($0.mean)) (\($0.units) users)" }.joined(separator: ", ")
        let interval = readout.low.flatMap { low in readout.high.map { "\(Self.text(low)) to \(Self.text($0))" } } ?? "no interval yet"
        story.tell("look \(look): \(arms); difference \(Self.text(readout.difference)), \(interval): \(readout.verdict.rawValue)")
    }

    /// Every user who comes again is answered by the same version, and the monitor knows the exposure by the request's id.
    private func checkSticky(_ experiment: Experiment, _ progress: Progress) async throws {
        let first = Array(progress.served.prefix(40))
        let again = try await traffic(progress).send(first.map { ($0.user, Array($0.scans.prefix(1))) })
        let moved = zip(first, again).filter { $0.version != $1.version }
        try expect(moved.isEmpty, "users who come again to meet the same version", found: "\(moved.count) of \(first.count) moved")
        story.tell("\(again.count) users came again: each met the version of before")
        guard let one = progress.served.first else { return }
        let arm = experiment.variants.first { $0.version == one.version }?.name
        try await wait(for: "the exposure of request \(one.id)") { () -> DemoSight<Void> in
            let trace: PredictionTrace = try await progress.cast.owner.get(Path("v1", "monitor", "predictions", one.id.description))
            let exposure = trace.exposures.first { $0.experiment == experiment.id }
            guard let exposure else { return .notYet("\(trace.exposures.count) exposures") }
            try expect(
                exposure.variant == arm && exposure.unit == one.user, "an exposure of \(one.user) to \(arm ?? "?")",
                found: "\(exposure.unit) to \(exposure.variant)")
            return .there(())
        }
    }

    /// Does what the read-out says: a better challenger is promoted, all else is rolled back.
    private func decide(_ readout: Readout, challenger: Int, _ progress: inout Progress) async throws {
        let owner = progress.cast.owner
        let action: DecisionRequest.Action = readout.verdict == .better ? .promote : .rollback
        let wish = DecisionRequest(action: action, reason: "the read-out says \(readout.verdict.rawValue)")
        let experiment: Experiment = try await owner.post(
            Path("v1", "router", "experiments", readout.experiment, "decisions"), wish)
        let state: Experiment.State = action == .promote ? .promoted : .rolledBack
        try expect(experiment.state == state, "the experiment to be \(state.rawValue)", found: experiment.state.rawValue)
        progress.decision = action.rawValue
        let expected = action == .promote ? challenger : progress.champion
        let champion = try await wait(for: "version \(expected) as champion") { () -> DemoSight<Int> in
            let status: CapabilityStatus = try await owner.get(Path("v1", "registry", "capabilities", name, "status"))
            let version = status.aliases.first { $0.alias == "champion" }?.version ?? 0
            return version == expected ? .there(version) : .notYet("version \(version)")
        }
        progress.champion = champion
        progress.recipe = try await run(of: champion, owner).recipe
        _ = try await firstAnswer(from: champion, progress)
        story.tell("decision: \(action.rawValue), as the read-out says \(readout.verdict.rawValue); version \(champion) serves")
    }
}
