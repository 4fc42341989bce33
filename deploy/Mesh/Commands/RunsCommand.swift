import ArgumentParser
import Contracts
import Foundation
import MeshClient

/// `mesh runs`
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List training runs, newest first, or show one with all that is known of it.")

    @OptionGroup var target: StateOption
    @Argument(help: "Id of a run. Default: the newest of all.")
    var run: String?
    @Option(help: "Runs of this capability only.")
    var capability: String?
    @Option(name: [.customShort("n"), .long], help: "How many, at most 200.")
    var limit = 20
    @Flag(help: "Print the runs as JSON.")
    var json = false

    func validate() throws {
        guard (1...200).contains(limit) else { throw ValidationError("--limit is a whole number from 1 to 200, not \(limit)") }
    }

    func run() async throws {
        let calls = try MeshCalls(layout: target.layout)
        if let run { return try show(try await calls.run(run)) }
        var query = [("limit", String(limit))]
        if let capability { query.append(("capability", capability)) }
        let page: Page<TrainingRun> = try await calls.value(
            ClientRequest("GET", Path("v1", "trainer", "runs"), query: query), from: .trainer)
        if json {
            try Console.say(json: page.items)
        } else {
            Console.say(Self.table(page.items))
        }
    }

    private func show(_ run: TrainingRun) throws {
        if json {
            try Console.say(json: run)
        } else {
            Console.say(Self.text(run))
        }
    }

    static func table(_ runs: [TrainingRun]) -> String {
        Console.table(
            ["RUN", "CAPABILITY", "STATE", "RECIPE", "STEP", "LOSS", "VERSION", "CREATED"],
            runs.map { run in
                [
                    run.id, run.capability, run.state.rawValue, run.recipe, run.iteration.map(String.init) ?? "-",
                    run.loss.map(number) ?? "-", run.version.map(String.init) ?? purpose(run),
                    run.createdAt.formatted(.iso8601),
                ]
            }, right: ["STEP", "LOSS"])
    }

    /// Why a run has no version.
    private static func purpose(_ run: TrainingRun) -> String {
        run.search != nil ? "trial" : run.reproduces != nil ? "repeats" : "-"
    }

    static func text(_ run: TrainingRun) -> String {
        var facts: [(String, String?)] = [
            ("run", run.id), ("capability", run.capability), ("state", run.state.rawValue), ("error", run.error),
            ("recipe", run.recipe), ("seed", String(run.seed)), ("manifest revision", String(run.manifestRevision)),
            ("dataset", run.dataset.map { "\($0.name) \($0.version)" }), ("version", run.version.map(String.init)),
            ("model", run.model?.description), ("code", run.code?.digest.description), ("commit", run.code?.commit),
            ("uncommitted changes", run.code?.diff?.description), ("repeats", run.reproduces), ("trial of", run.search),
            ("attempt", run.attempt.map(String.init)), ("priority", run.priority.map(String.init)),
            ("created", run.createdAt.formatted(.iso8601)), ("started", run.startedAt?.formatted(.iso8601)),
            ("ended", run.endedAt?.formatted(.iso8601)),
        ]
        facts += run.parameters.sorted { $0.key < $1.key }.map {
            ("parameter \($0.key)", String(decoding: $0.value.canonical, as: UTF8.self))
        }
        facts += run.metrics.sorted { $0.key < $1.key }.map { ("metric \($0.key)", number($0.value)) }
        facts += (run.splits ?? [:]).sorted { $0.key < $1.key }.map { ("rows of \($0.key)", $0.value.description) }
        facts += run.environment.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return Console.table(["FIELD", "VALUE"], facts.compactMap { name, value in value.map { [name, $0] } })
    }

    static func number(_ value: Double) -> String { value.formatted(.number.precision(.significantDigits(1...6)).grouping(.never)) }
}

extension MeshCalls {
    func run(_ id: String) async throws -> TrainingRun {
        try await value(ClientRequest("GET", Path("v1", "trainer", "runs", id)), from: .trainer)
    }

    /// The run once it has ended.
    @inline(never)
    func endedRun(_ id: String) async throws -> TrainingRun {
        while true {
            let run = try await run(id)
            if run.endedAt != nil { return run }
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}
