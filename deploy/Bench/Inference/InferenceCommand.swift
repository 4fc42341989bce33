import ArgumentParser
import Foundation

/// `bench inference`
struct InferenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inference",
        abstract: "Time the inference service against the engine in-process, FastAPI, MLServer and LitServe, in turns.",
        discussion: """
            Each side serves the same models and answers the same requests; a side that answers otherwise than the engine is not timed, and \
            the run fails. Servers that are not being measured are stopped. wrk loads all of them in the same way. A target that is missed \
            is reported and does not fail the run.

            Cases: \(names.joined(separator: ", ")).
            Sides: \(BenchSide.allCases.map(\.rawValue).joined(separator: ", ")).
            """)
    private static let startCase = "start"
    private static let pathsCase = "paths"
    private static let batchCase = "batch"
    private static let names = InferenceCase.all.map(\.name) + [startCase, pathsCase, batchCase]

    @Option(help: "Cases, with commas between; all of them unless given.")
    var cases: String?
    @Option(help: "Sides, with commas between; all of them unless given.")
    var sides: String?
    @Option(help: "Numbers of connections, with commas between.")
    var connections = "1,8,32"
    @Option(help: "Rounds; each measures every side once, and the order moves on.")
    var rounds = 3
    @Option(help: "Seconds of one measurement.")
    var seconds = 3
    @Option(help: "First of the ports that the servers listen on.")
    var port = 18_300
    @Option(help: "Write the report as JSON to this file.")
    var json: String?
    @Option(help: "Write the tables of Tests/Benchmarks/README.md to this file.")
    var markdown: String?
    @Flag(help: "About two minutes: the cases with targets, 8 connections, one second each, only the sides that the targets name.")
    var quick = false

    func validate() throws {
        guard rounds > 0, seconds > 0 else { throw ValidationError("--rounds and --seconds are 1 or more") }
        guard (1_024...65_000).contains(port) else { throw ValidationError("--port is 1024 to 65000") }
        _ = try plan()
        _ = try names()
    }

    func run() async throws { try await Interruption().during(measure) }

    private func measure() async throws {
        let (plan, names, places) = (try plan(), try names(), try BenchPlaces())
        var report = InferenceReport(models: try places.sums(), rounds: plan.rounds, seconds: plan.seconds)
        print(
            "\(EngineSide.cores) cores, \(plan.rounds) interleaved rounds of \(plan.seconds) s; medians over the rounds; OURS/SIDE is of req/s"
        )
        let parts = parts(plan, places).filter { names.contains($0.name) }
        var faults: [String] = []
        for part in parts {
            let start = ContinuousClock.now
            do {
                print("\n" + (try await part.run(&report)))
                print("\(part.name) took \(Figure.text((ContinuousClock.now - start) / .seconds(1))) s")
            } catch {
                // The other parts are still worth their time; the run fails at its end.
                faults.append("\(part.name): \(error)")
                print("\n" + (faults.last ?? ""))
            }
            try write(report, marked: plan.marked)
        }
        print("\nTargets, at \(plan.marked) connections\n" + Goal.table(report.goals))
        guard faults.isEmpty else {
            throw BenchFault("\(faults.count) of \(parts.count) parts failed:\n" + faults.joined(separator: "\n"))
        }
    }

    /// A case or another part of the run: measures, adds to the report, and gives its table.
    private typealias Part = (name: String, run: (inout InferenceReport) async throws -> String)

    private func parts(_ plan: BenchPlan, _ places: BenchPlaces) -> [Part] {
        let cases: [Part] = InferenceCase.all.map { benchCase in
            (
                benchCase.name,
                { report in
                    let result = try await CaseRun(benchCase: benchCase, plan: casePlan(plan), places: places).run()
                    report.add(result, marked: plan.marked)
                    return result.table
                }
            )
        }
        return cases + [
            (
                Self.startCase,
                { report in
                    let result = try StartTime(plan: plan, places: places).run()
                    report.add(result)
                    return result.table
                }
            ),
            (
                Self.pathsCase,
                { report in
                    let result = try await PathsRun(plan: plan, places: places).run()
                    report.ways = result.rows
                    return result.table
                }
            ),
            (
                Self.batchCase,
                { report in
                    let result = try await BatchLaneRun(plan: plan, places: places).run()
                    report.add(result, marked: plan.marked)
                    return result.table
                }
            ),
        ]
    }

    private func write(_ report: InferenceReport, marked: Int) throws {
        if let json { try report.write(to: json) }
        if let markdown { try Data(report.markdown(marked: marked).utf8).write(to: URL(filePath: markdown)) }
    }

    /// MLServer's only target is its start.
    private func casePlan(_ plan: BenchPlan) -> BenchPlan {
        guard quick, sides == nil else { return plan }
        return BenchPlan(
            sides: [.engine, .ours, .fastapi], connections: plan.connections, rounds: plan.rounds, seconds: plan.seconds, port: plan.port)
    }

    private func plan() throws -> BenchPlan {
        let chosen = try list(sides).map { names in
            try names.map { name in
                guard let side = BenchSide(rawValue: name) else { throw ValidationError("--sides: there is no side \(name)") }
                return side
            }
        }
        let counts = try (list(quick ? "8" : connections) ?? []).map { text in
            guard let count = Int(text), (1...1_000).contains(count) else {
                throw ValidationError("--connections: \(text) is not 1 to 1000")
            }
            return count
        }
        let defaults: [BenchSide] = quick ? [.engine, .ours, .fastapi, .mlserver] : BenchSide.allCases
        return BenchPlan(sides: chosen ?? defaults, connections: counts, rounds: rounds, seconds: quick ? 1 : seconds, port: port)
    }

    private func names() throws -> Set<String> {
        guard let chosen = try list(cases) else { return Set(quick ? InferenceCase.quick.map(\.name) + [Self.startCase] : Self.names) }
        for name in chosen where !Self.names.contains(name) { throw ValidationError("--cases: there is no case \(name)") }
        return Set(chosen)
    }

    private func list(_ text: String?) throws -> [String]? {
        guard let text else { return nil }
        let parts = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard !parts.isEmpty else { throw ValidationError("an empty list") }
        return parts
    }
}
