import ArgumentParser

/// The benchmarks. Each compares within one interleaved run: a ratio says more than a number, since both sides saw the same machine.
struct BenchRoot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Benchmarks of mlmesh, each against something else in one interleaved run.",
        subcommands: [
            TensorCommand.self, ServingCommand.self, InferenceCommand.self, MemoryCommand.self, HTTPCommand.self, HTTPServerCommand.self,
            SimilarityCommand.self, SuiteCommand.self, LoopCommand.self, RecipesCommand.self, TrackingCommand.self,
        ])

    /// Runs the benchmark that the process's arguments ask for, and ends the process.
    static func start() async {
        await main()
    }
}
