import Contracts
import MeshClient

extension Demo {
    /// The slice that the first labels hold too little of.
    static let rareSlice = "eights"
    /// Rows that a round of labeling asks for where the slice alone does not give enough.
    static let uncertainRows = 150
    /// Rounds of labeling after which the demo gives up.
    static let rounds = 4

    /// Chapter 6: the tests fail on the slice; what the report needs is labeled; another model; until no test fails.
    func followTests(_ progress: inout Progress) async throws {
        let owner = progress.cast.owner
        let runs: TrainingRun = try await run(of: progress.red, owner)
        var report = try await report(of: runs, owner)
        let rare = report.results.first { $0.slice == Self.rareSlice }
        try expect(
            !report.passed && rare.map { $0.verdict != .pass } == true, "a model that hardly saw an 8 not to pass on \(Self.rareSlice)",
            found: "\(rare?.verdict.rawValue ?? "no such test")")
        var round = 0
        while !report.passed {
            round += 1
            try expect(
                round <= Self.rounds, "green tests after \(Self.rounds) rounds of labeling", found: "version \(report.version ?? 0) is red")
            try await labelWhatIsNeeded(report, progress)
            _ = try await answerTasks(progress.cast)
            try await commitLabels(&progress)
            for need in try await needs(owner) {
                story.tell("slice \(need.slice) has \(need.have) of \(need.atLeast) labeled rows in train")
            }
            let run = try await train(recipe: nil, progress)
            report = try await self.report(of: run, owner)
        }
        progress.champion = report.version ?? 0
    }

    /// Asks for rows of each slice that a report wants more of, by the model's answer; where it finds few, for rows it is unsure of.
    private func labelWhatIsNeeded(_ report: SuiteReport, _ progress: Progress) async throws {
        let owner = progress.cast.owner
        let wanted = report.results.filter { $0.verdict != .pass }.compactMap { result in result.needs.map { (result.name, $0) } }
        var created = 0
        for (test, need) in wanted {
            story.tell("the test “\(test)” wants \(need.atLeast) labeled rows of slice \(need.slice)")
            let request = LabelRequest(
                count: need.atLeast, method: .slice, slice: need.slice, version: report.version,
                reason: "the test \(test) failed on version \(report.version ?? 0)")
            created += try await ask(owner, request)
        }
        // A model that never saw an 8 calls nothing an 8, but it is unsure of them.
        if created < Self.uncertainRows {
            let request = LabelRequest(
                count: Self.uncertainRows - created, method: .uncertainty, version: report.version,
                reason: "rows that version \(report.version ?? 0) is unsure of")
            created += try await ask(owner, request)
        }
        try expect(created > 0, "rows to label", found: "none is left")
    }

    /// The run that made a version.
    func run(of version: Int, _ owner: DemoCaller) async throws -> TrainingRun {
        let model: ModelVersion = try await owner.get(Path("v1", "registry", "models", name, "versions", String(version)))
        return try await owner.get(Path("v1", "trainer", "runs", model.run))
    }
}
