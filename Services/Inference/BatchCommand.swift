import Contracts
import Foundation
import HTTPService
import OnnxRuntime
import Settings
import Tables

/// `inference batch`: predicts all rows of a file with a model of a folder, with no mesh around it.
public struct BatchCommand: Sendable {
    static let usage = """
        inference batch --models DIR --model NAME --input FILE --output FILE [--version V] [--keep OUTPUT,…]

        Predicts every row of a CSV, JSON Lines or Parquet file and writes the predictions beside the row's other columns, in the order
        of the input; what the files hold is told by their names. A row that cannot be predicted is in the output with its reason in
        the column `error`. Exit status: 0, 1 when rows could not be predicted, 65 when the input or the model cannot be used, 78 when
        the command line is not sound.
        """
    static let someRefused: Int32 = 1
    /// EX_DATAERR of sysexits.h.
    static let unusable: Int32 = 65

    let models: String
    let model: String
    let version: String?
    let input: URL
    let output: URL
    let formats: (input: TableFormat, output: TableFormat)
    let keep: [String]?
    let batch: BatchSettings
    let engine: EngineSettings

    /// Reads the arguments behind the word `batch`. Throws what is wrong with them, or the help that they ask for.
    init(_ arguments: [String], environment: [String: String]) throws {
        var reader = SettingsReader(environment: environment, arguments: arguments)
        reader.usage = Self.usage
        func required(_ key: String, _ help: String) -> String {
            let value = reader.flag(key, help: help)
            if value == nil { reader.fault("--\(key.lowercased()) is missing") }
            return value ?? ""
        }
        func format(_ file: String, _ key: String) -> TableFormat {
            guard let format = TableFormat.of(file: file) else {
                reader.fault("--\(key) must end in .csv, .jsonl or .parquet, not '\(file)'")
                return .csv
            }
            return format
        }
        models = required("MODELS", "Folder of models: <model>/<version>/model.onnx.")
        model = required("MODEL", "Name of the model.")
        version = reader.flag("VERSION", help: "Version of the model; the newest when absent.")
        let (from, to) = (required("INPUT", "File with the rows."), required("OUTPUT", "File for the predictions."))
        formats = (format(from, "input"), format(to, "output"))
        (input, output) = (URL(filePath: from).absoluteURL, URL(filePath: to).absoluteURL)
        keep = reader.flag("KEEP", help: "Outputs to keep, with commas between; all when absent.")?.split(separator: ",").map(String.init)
        batch = BatchSettings(&reader, environment: environment)
        engine = EngineSettings(&reader, environment: environment)
        if !FileManager.default.isReadableFile(atPath: input.path) { reader.fault("--input: '\(from)' cannot be read") }
        try reader.finish()
    }

    /// Runs the command where the command line names it, and ends the process with its exit code; else returns.
    public static func runIfAsked() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.first == "batch" else { return }
        do {
            let command = try BatchCommand(Array(arguments.dropFirst()), environment: ServiceMain.environment)
            exit(try await command.run() ? 0 : someRefused)
        } catch let error as SettingsError {
            let stream = error.help == nil ? FileHandle.standardError : FileHandle.standardOutput
            stream.write(Data("\(error)\n".utf8))
            exit(error.help == nil ? SettingsError.exitCode : 0)
        } catch {
            tell(BatchFault(error).sentence)
            exit(unusable)
        }
    }

    /// Whether every row could be predicted.
    func run() async throws -> Bool {
        let scratch = ScratchFolder()
        try FileManager.default.createDirectory(at: scratch.url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch.url) }
        let runtime = try Runtime(libraryPath: engine.library ?? "")
        let loaded = try await LocalModel.load(model, version: version, from: models, runtime)
        try check(loaded.served.interface)
        let tables = try TableEngine(
            libraryPath: batch.duckDB ?? "", folders: [input.deletingLastPathComponent(), output.deletingLastPathComponent()],
            scratch: scratch.url,
            limits: .init(memory: batch.memory, threads: 1, statements: engine.threads + 2, isBackground: true))
        let pipeline = BatchPipeline(
            tables: tables, engine: LocalModel.engine(loaded, threads: engine.threads), mostShardRows: batch.shardRows,
            inFlight: engine.threads + 1)
        let target = BatchTarget(
            capability: model, version: loaded.served.number, interface: loaded.served.interface, outputNames: keep)
        let job = LocalBatch(pipeline: pipeline, target: target, scratch: scratch.url, workers: batch.workers)
        let refused = try await job.run(input, formats.input, to: output, formats.output) { Self.tell($0) }
        for (row, reason) in refused.examples { Self.tell("row \(row): \(reason)") }
        if refused.count > refused.examples.count { Self.tell("… \(refused.count) rows could not be predicted: see the column error") }
        return refused.count == 0
    }

    private func check(_ interface: Interface) throws {
        for name in keep ?? [] where !interface.outputs.contains(where: { $0.name == name }) {
            throw BatchFailure("The model has no output \(name): its outputs are \(interface.outputs.map(\.name).joined(separator: ", ")).")
        }
    }

    private static func tell(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}

extension TableFormat {
    /// The format that a file's name tells.
    static func of(file name: String) -> TableFormat? {
        switch URL(filePath: name).pathExtension.lowercased() {
        case "csv": .csv
        case "jsonl", "ndjson": .jsonl
        case "parquet": .parquet
        default: nil
        }
    }
}
