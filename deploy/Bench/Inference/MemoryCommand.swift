import ArgumentParser

/// `bench memory`
struct MemoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memory",
        abstract: "Watch the inference service's resident memory over many requests of varying shapes.",
        discussion: """
            Starts the service stand-alone with the digits, MLP and MiniLM models, notes its memory after the first answer, then loads it \
            in steps with rows and lengths that change from step to step, JSON and binary in turns, on new connections each time. The slope \
            is that of a regression line (least squares) through whole turns of all steps, after the warm-up, the first fifth of the \
            requests. The run goes on until the slope's 95 % interval is narrow, for five times the requests at most. The target, 0.25 MiB \
            for each 100,000 requests, is met when the whole interval lies below it, and undecided when the interval holds it.
            """)

    @Option(help: "Requests, at least.")
    var requests = 1_000_000
    @Option(help: "First of the ports that the server listens on.")
    var port = 18_300
    @Option(help: "Write the series as JSON to this file.")
    var json: String?

    func validate() throws {
        guard requests >= 1_000 else { throw ValidationError("--requests is 1000 or more") }
    }

    func run() async throws { try await Interruption().during(watch) }

    private func watch() async throws {
        let run = MemoryRun(requests: requests, port: port, places: try BenchPlaces())
        let series = try run.run { print($0) }
        print("\n" + Goal.table(series.goals))
        if let json { try series.write(to: json) }
    }
}
