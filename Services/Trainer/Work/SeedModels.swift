import Contracts
import Evaluation

/// Models of one recipe that differ by their seed alone.
struct SeedModels: Sendable {
    let recipe: TestedModel
    let count: Int
    let recipes: RecipeFit
    /// The frozen model of a transfer.
    let backbone: [UInt8]?

    var isSingle: Bool { count < 2 }

    /// The model's own seed, then those that follow it.
    var seeds: [Int] { (0..<max(1, count)).map { recipe.seed &+ $0 } }

    /// The model's own report, over seeds with the verdicts of all of them. Blocks the thread.
    ///
    /// - Parameters:
    ///   - rows: what the recipe is fitted to.
    ///   - judge: runs the suite on the file of a model.
    func sweep(
        _ own: SuiteReport, rows: [DatasetRow], manifest: CapabilityManifest, judge: ([UInt8]) throws -> SuiteReport
    ) throws -> SuiteReport {
        guard !isSingle else { return own }
        let sweeps = try [own.results] + seeds.dropFirst().map { try judge(try fit($0, rows, manifest)).results }
        var report = own
        report.results = SeedSweep.results(sweeps, seeds: seeds)
        report.seeds = seeds
        report.seconds = max(own.seconds, report.results.compactMap(\.seconds).reduce(0, +))
        return report
    }

    private func fit(_ seed: Int, _ rows: [DatasetRow], _ manifest: CapabilityManifest) throws -> [UInt8] {
        var order = try RecipeOrder(recipe.recipe, recipe.parameters, seed: seed, manifest: manifest)
        order.backbone = backbone
        return try recipes.fit(order, rows: rows).model
    }
}
