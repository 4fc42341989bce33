import ArgumentParser
import Contracts
import Foundation
import MeshClient

/// `mesh test`
struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run a capability's tests on a model, red and green.",
        discussion: """
            Tests the newest version, or what --version, --alias or --run name; with --file a local ONNX file, with no mesh at all.
            Exit status 0: all tests pass. 1: a test fails. 2: no test fails, but one that blocks could not tell, or is flaky.
            """)

    @OptionGroup var target: StateOption
    @Argument(help: "The capability.")
    var capability: String
    @Option(help: "Version of the model. Default: the newest.")
    var version: Int?
    @Option(help: "Alias whose version is tested, as candidate.")
    var alias: String?
    @Option(name: .customLong("run"), help: "Training run whose model is tested, registered or not.")
    var trainingRun: String?
    @Option(help: "Version of the dataset whose test split counts. Default: the newest.")
    var dataset: Int?
    @Option(help: "Fit the recipe with so many seeds: a test that passes with some and fails with others is flaky.")
    var seeds: Int?
    @Option(help: "A local ONNX file to test in this process; with --rows and --manifest.")
    var file: String?
    @Option(help: "JSON Lines of labeled rows: input and label, and id, split, context where there are.")
    var rows: String?
    @Option(help: "The capability's manifest, for --file.")
    var manifest: String?
    @Option(parsing: .upToNextOption, help: "Two versions: which rows flipped between them, by slice.")
    var compare: [Int] = []
    @Flag(help: "Say which bounds the labeled rows of today can decide, and run nothing.")
    var plan = false
    @Flag(help: "Run again whenever rows, a version or a manifest arrive, and show what changed.")
    var watch = false
    @Option(help: "Write the results as JUnit XML.")
    var junit: String?
    @Flag(help: "Print the report as JSON.")
    var json = false

    func validate() throws {
        guard [version != nil, alias != nil, trainingRun != nil, file != nil, !compare.isEmpty, plan].count(where: \.self) <= 1 else {
            throw ValidationError("give at most one of --version, --alias, --run, --file, --compare and --plan")
        }
        guard compare.isEmpty || compare.count == 2 else { throw ValidationError("--compare takes two versions, as --compare 6 7") }
        guard file == nil || rows != nil && manifest != nil else { throw ValidationError("--file goes with --rows and --manifest") }
        guard file != nil || rows == nil && manifest == nil else { throw ValidationError("--rows and --manifest go with --file") }
        guard !watch || compare.isEmpty && !plan && file == nil else { throw ValidationError("--watch is for a model in the mesh") }
        guard file == nil || seeds == nil && dataset == nil else {
            throw ValidationError("--seeds and --dataset are for a model in the mesh")
        }
    }

    func run() async throws {
        if let file, let rows, let manifest {
            let suite = try LocalSuite(capability: capability, manifest: manifest, model: file, rows: rows)
            return try end(try suite.report())
        }
        let calls = TestCalls(try MeshCalls(layout: target.layout), capability: capability)
        if plan { return try say(try await calls.plan(dataset: dataset)) { TestPlanText.text($0) } }
        if compare.count == 2 {
            let comparison = try await calls.compare(compare[0], compare[1], dataset: dataset)
            return try say(comparison) { TestComparisonText.text($0, before: "version \(compare[0])", after: "version \(compare[1])") }
        }
        guard watch else { return try end(try await calls.report(wish)) }
        try await TestWatch(calls: calls, wish: wish).run { report, changes in try show(report, changes) }
    }

    /// What is tested; nothing named is the newest version.
    private var wish: NewSuite {
        NewSuite(capability: capability, version: version, alias: alias, run: trainingRun, dataset: dataset, seeds: seeds)
    }

    private func end(_ report: SuiteReport) throws {
        try show(report, [])
        let status = TestExit.status(of: report)
        if status != 0 { throw ExitCode(status) }
    }

    private func show(_ report: SuiteReport, _ changes: [TestChange]) throws {
        try say(report) { TestText(isColored: Console.isColored).text($0, changes) }
        guard let junit else { return }
        let folder = FileManager.default.currentDirectoryPath
        let place = URL(filePath: junit, relativeTo: URL(filePath: folder, directoryHint: .isDirectory))
        do {
            try Data(TestJUnit.xml(report).utf8).write(to: place)
        } catch {
            throw CommandFault("\(junit) cannot be written")
        }
    }

    private func say<Value: Encodable>(_ value: Value, _ text: (Value) -> String) throws {
        if json { try Console.say(json: value) } else { Console.say(text(value)) }
    }
}
