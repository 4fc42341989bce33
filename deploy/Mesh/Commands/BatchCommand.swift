import ArgumentParser
import Contracts
import Foundation
import MeshClient

/// `mesh batch`
struct BatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch", abstract: "Predict all rows of a dataset version or a file.",
        subcommands: [Submit.self, Status.self, Cancel.self, Output.self])

    /// `mesh batch submit`
    struct Submit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a batch job. With --wait or --output it waits for the end; exit status 1 when the job does not succeed.")

        @OptionGroup var target: StateOption
        @Argument(help: "The capability.")
        var capability: String
        @Option(help: "Version of the model, or an alias. Default: the champion.")
        var version: String?
        @Option(help: "CSV, JSON Lines or Parquet file with the rows.")
        var file: String?
        @Option(help: "Dataset with the rows, instead of a file.")
        var dataset: String?
        @Option(help: "Version of the dataset. Default: the newest.")
        var datasetVersion: Int?
        @Option(help: "train, validation or test. Default: all rows.")
        var split: String?
        @Option(help: "Format of the predictions: csv, jsonl or parquet. Default: by the name of --output, else parquet.")
        var format: TableFormat?
        @Option(name: .customLong("keep"), help: "Output of the model to keep; repeatable. Default: all.")
        var outputs: [String] = []
        @Option(name: .shortAndLong, help: "Write the predictions to this file once they are there.")
        var output: String?
        @Flag(help: "Wait for the end of the job.")
        var wait = false
        @Flag(help: "Print the job as JSON.")
        var json = false

        func validate() throws {
            guard (file == nil) != (dataset == nil) else { throw ValidationError("give --file or --dataset") }
            if file != nil, datasetVersion != nil || split != nil {
                throw ValidationError("--dataset-version and --split are for --dataset")
            }
            if let file { _ = try BatchCommand.format(of: file) }
        }

        func run() async throws {
            let calls = BatchCalls(try MeshCalls(layout: target.layout))
            let wanted = format ?? output.flatMap { try? BatchCommand.format(of: $0) }
            var input = BatchInput(dataset: dataset, version: datasetVersion, split: split)
            if let file { input.file = try await calls.upload(file, as: BatchCommand.format(of: file)).digest }
            let wish = NewBatchJob(
                capability: capability, version: version, input: input, format: wanted, outputs: outputs.isEmpty ? nil : outputs)
            var job = try await calls.submit(wish)
            if wait || output != nil { job = try await calls.ended(job) { Console.progress(BatchCommand.progress($0)) } }
            if let output, job.state == .succeeded { try await calls.fetch(job, to: output) }
            try BatchCommand.say(job, json: json)
            if job.state == .failed || job.state == .cancelled { throw ExitCode(1) }
        }
    }

    /// `mesh batch status`
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a batch job, or the newest ones.")

        @OptionGroup var target: StateOption
        @Argument(help: "The job's id. Default: the newest jobs.")
        var id: String?
        @Option(help: "Jobs of this capability only.")
        var capability: String?
        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let calls = BatchCalls(try MeshCalls(layout: target.layout))
            if let id { return try BatchCommand.say(try await calls.find(id), json: json) }
            let jobs = try await calls.newest(capability: capability)
            if json { return try Console.say(json: jobs) }
            Console.say(
                Console.table(
                    ["ID", "CAPABILITY", "VERSION", "STATE", "ROWS", "REFUSED", "ROWS/S"], jobs.map(BatchCommand.cells),
                    right: ["VERSION", "ROWS", "REFUSED", "ROWS/S"]))
        }
    }

    /// `mesh batch cancel`
    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Stop a batch job.")

        @OptionGroup var target: StateOption
        @Argument(help: "The job's id.")
        var id: String
        @Flag(help: "Print the job as JSON.")
        var json = false

        func run() async throws {
            try BatchCommand.say(try await BatchCalls(try MeshCalls(layout: target.layout)).cancel(id), json: json)
        }
    }

    /// `mesh batch output`
    struct Output: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Fetch the predictions of a batch job.")

        @OptionGroup var target: StateOption
        @Argument(help: "The job's id.")
        var id: String
        @Option(name: .shortAndLong, help: "File to write to.")
        var output: String
        @Flag(help: "Print the job as JSON.")
        var json = false

        func run() async throws {
            let calls = BatchCalls(try MeshCalls(layout: target.layout))
            let job = try await calls.find(id)
            try await calls.fetch(job, to: output)
            try BatchCommand.say(job, json: json)
        }
    }

    /// The format that a file's name tells.
    static func format(of file: String) throws -> TableFormat {
        switch URL(filePath: file).pathExtension.lowercased() {
        case "csv": return .csv
        case "jsonl", "ndjson": return .jsonl
        case "parquet": return .parquet
        default: throw ValidationError("\(file): the name has to end in .csv, .jsonl or .parquet")
        }
    }

    private static func say(_ job: BatchJob, json: Bool) throws {
        if json { try Console.say(json: job) } else { Console.say(text(job)) }
    }

    /// A job in words.
    static func text(_ job: BatchJob) -> String {
        let rows = job.rows.map { "\(job.rowsDone) of \($0) rows" } ?? "rows not counted yet"
        let refused = job.rowsRefused > 0 ? ", \(job.rowsRefused) refused" : ""
        let output = job.output.map { "\n  output \($0), \(job.outputBytes ?? 0) bytes" } ?? ""
        return "batch job \(job.id): \(job.capability) version \(job.version), \(job.state.rawValue), \(rows)\(refused)"
            + (job.error.map { "\n  \($0)" } ?? "") + output
    }

    /// How far a job is.
    static func progress(_ job: BatchJob) -> String {
        guard let rows = job.rows, rows > 0 else { return "\(job.state.rawValue): reading the input" }
        let share = (Double(job.rowsDone) / Double(rows)).formatted(.percent.precision(.fractionLength(0)))
        let rate = job.rowsPerSecond.map { ", \(Int($0)) rows/s" } ?? ""
        let left = job.secondsLeft.map { ", \(Int($0.rounded(.up))) s left" } ?? ""
        return "\(job.state.rawValue): \(share), \(job.rowsDone) of \(rows) rows\(rate)\(left)"
    }

    private static func cells(_ job: BatchJob) -> [String] {
        [
            job.id, job.capability, String(job.version), job.state.rawValue, job.rows.map { "\(job.rowsDone)/\($0)" } ?? "-",
            String(job.rowsRefused), job.rowsPerSecond.map { String(Int($0)) } ?? "-",
        ]
    }
}

extension TableFormat: ExpressibleByArgument {}
