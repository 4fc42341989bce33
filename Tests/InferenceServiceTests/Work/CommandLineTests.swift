import Foundation
import TestSupport
import Testing

@testable import InferenceService

/// The executable as somebody starts it.
@Suite("The command line")
struct CommandLineTests {
    struct Outcome {
        let code: Int32
        let text: String
    }

    static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
        let process = Process()
        process.executableURL = Checkout.root.appending(path: ".build/debug/inference")
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "MESH_ONNXRUNTIME": EngineLibrary.path].merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Outcome(code: process.terminationStatus, text: text)
    }

    @Test("--help tells how it is called and which flags there are, and ends well")
    func help() throws {
        for arguments in [["--help"], ["--models", "/tmp", "--help"]] {
            let outcome = try Self.run(arguments)
            #expect(outcome.code == 0)
            #expect(outcome.text.contains("inference --models DIR [--port N]"))
            #expect(outcome.text.contains("--models"))
            #expect(outcome.text.contains("inference log DIR [--follow] [--json]"))
        }
        #expect(try Self.run(["--models", "/tmp", "--help"]).text.contains("--no-log"))
    }

    @Test(
        "what cannot be is told, with exit code 78",
        arguments: [
            (["--models", "/no/such/folder"], "--models must name a folder"), (["--models", "/tmp", "--port", "x"], "PORT must be"),
            (["--models", "/tmp", "--frobnicate", "1"], "unknown flag --frobnicate"),
            (["--models", "/tmp", "stray"], "unexpected argument 'stray'"),
            (["--models", "/tmp", "--log", "/tmp/x", "--no-log"], "exclude each other"), (["--models"], "--models must name a folder"),
            (["log"], "expected one folder"), (["log", "/tmp", "/tmp"], "expected one folder"),
            (["log", "/no/such/folder"], "'/no/such/folder' is no folder"), (["log", "/tmp", "--tail"], "unknown flag --tail"),
        ])
    func wrong(arguments: [String], message: String) throws {
        let outcome = try Self.run(arguments)
        #expect(outcome.code == 78)
        #expect(outcome.text.contains(message), "\(outcome.text)")
    }

    @Test("a library that is no ONNX Runtime stops the service with a plain message, before it serves anything")
    func wrongEngine() throws {
        let outcome = try Self.run(
            ["--models", "/tmp", "--port", "0"], environment: ["MESH_ONNXRUNTIME": "/usr/lib/x86_64-linux-gnu/libm.so.6"])
        #expect(outcome.code == 70)
        #expect(outcome.text.contains("libm.so.6: the library exports no OrtGetApiBase"))
    }
}
