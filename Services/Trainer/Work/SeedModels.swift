import Contracts
import Evaluation

/// The suite on a model, or on models of its recipe with several seeds.
struct SeedModels: Sendable {
    let recipe: TestedModel
    let count: Int

    var isSingle: Bool { count < 2 }

    /// The model's own seed, then those that follow it.
    var seeds: [Int] { (0..<max(1, count)).map { recipe.seed &+ $0 } }

    /// The report on the model; over seeds with the verdicts of all of them. Blocks the thread.
    ///
    /// - Parameters:
    ///   - rows: what the recipe is fitted to.
    ///   - check: throws when the job is to end; asked before each seed.
    ///   - judge: runs the suite on a model.
    func sweep(
        _ own: SuiteRunner.Model, rows: [DatasetRow], manifest: CapabilityManifest,
        check: () throws -> Void,
        judge: (SuiteRunner.Model) throws -> SuiteReport
    ) throws -> SuiteReport {
        var report = try judge(own)
        guard !isSingle else { return report }
        var sweeps = [report.results]
        for seed in seeds.dropFirst() {
            try check()
            let report = try judge(
                SuiteRunner.Model(bytes: try fit(seed, rows, manifest), version: own.version))
            sweeps.append(report.results)
        }
        report.results = SeedSweep.results(sweeps, seeds: seeds)
        report.seeds = seeds
        report.seconds = max(report.seconds, report.results.compactMap(\.seconds).reduce(0, +))
        return report
    }

    private func fit(_ seed: Int, _ rows: [DatasetRow], _ manifest: CapabilityManifest) throws
        -> [UInt8]
    {
        guard let recipe = Recipe(rawValue: recipe.recipe), let shape = ClassifierShape(manifest),
            let labels = LabelSet(manifest)
        else {
            throw JobFailure("The recipe \(self.recipe.recipe) cannot be fitted again with other seeds.")
        }
        return try RecipeFit.fit(
            recipe, self.recipe.parameters, seed: seed,
            rows: try TrainingRows(rows, shape: shape, labels: labels), shape: shape,
            codes: labels.codes
        ) { _ in }.model
    }
}
