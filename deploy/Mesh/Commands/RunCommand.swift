import ArgumentParser
import Contracts
import Foundation
import MeshClient

/// `mesh run`
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a program of a folder as a training run, with its log on standard output.",
        discussion: """
            The folder is sent with the commit that it is at and what is not committed. The program runs in a sandbox, sees
            MLFLOW_TRACKING_URI, and the ONNX file that it logs becomes a version: mesh run digits -- python3 train.py
            """)

    @OptionGroup var target: StateOption
    @Argument(help: "The capability.")
    var capability: String
    @Argument(parsing: .postTerminator, help: "The program and its arguments, behind --.")
    var command: [String]
    @Option(help: "The working directory.")
    var folder = "."
    @Option(help: "Requirements with hashes, in the folder, that pip makes the program's environment from.")
    var lock: String?
    @Option(help: "A variable: NAME=VALUE; repeatable.")
    var environment: [String] = []
    @Flag(help: "Let the program reach more than the tracking server.")
    var network = false
    @Option(help: "Seconds after which it is ended.")
    var timeout: Int?
    @Option(help: "Seed, for the program to read as MLMESH_SEED.")
    var seed: Int?

    func validate() throws {
        guard !command.isEmpty else { throw ValidationError("the program stands behind --, as in: mesh run digits -- python3 train.py") }
    }

    func run() async throws {
        let calls = try MeshCalls(layout: target.layout)
        let directory = try WorkingDirectory(folder)
        let archive = try await upload(directory.archive, calls)
        var diff: Digest?
        if let changes = directory.diff { diff = try await upload(changes, calls) }
        let recipe = CommandRecipe(
            archive: archive, command: command, environment: try variables(), lock: lock, network: network, commit: directory.commit,
            diff: diff)
        let wish = NewRun(capability: capability, seed: seed, timeoutSeconds: timeout, command: recipe)
        let started: TrainingRun = try await calls.value(
            MeshCalls.request("POST", Path("v1", "trainer", "runs"), wish), from: .trainer)
        Console.progress("run \(started.id)")
        let ended = try await calls.followLog(of: started.id)
        Console.progress("\(ended.state.rawValue)\(ended.version.map { ": version \($0)" } ?? "")\(ended.error.map { ": \($0)" } ?? "")")
        if ended.state != .succeeded { throw ExitCode(1) }
    }

    private func upload(_ bytes: [UInt8], _ calls: MeshCalls) async throws -> Digest {
        let request = ClientRequest(
            "POST", Path("v1", "trainer", "archives"), headers: [("content-type", "application/octet-stream")], body: bytes)
        return try await calls.value(request, from: .trainer, as: StoredArchive.self).digest
    }

    private func variables() throws -> [String: String]? {
        var variables: [String: String] = [:]
        for text in environment {
            guard let sign = text.firstIndex(of: "=") else { throw ValidationError("--environment is NAME=VALUE, not \(text)") }
            variables[String(text[..<sign])] = String(text[text.index(after: sign)...])
        }
        return variables.isEmpty ? nil : variables
    }
}

extension MeshCalls {
    /// Prints a run's log as it grows, and gives the run once it has ended.
    @inline(never)
    func followLog(of id: String) async throws -> TrainingRun {
        var shown = 0
        while true {
            // Asked before the log is read, so that nothing written before the end is missed.
            let run = try await run(id)
            let text = try await log(of: id)
            if text.count > shown { FileHandle.standardOutput.write(Data(text[shown...])) }
            shown = text.count
            if run.endedAt != nil { return run }
            try await Task.sleep(for: .milliseconds(300))
        }
    }

    /// What a run's program has written.
    @inline(never)
    func log(of id: String) async throws -> [UInt8] {
        let answer = try await send(ClientRequest("GET", Path("v1", "trainer", "runs", id, "logs")), to: .trainer)
        guard answer.isSuccess else { throw CommandFault(Self.fault(status: answer.status, body: answer.body)) }
        return answer.body
    }
}
