import Foundation
import TestSupport

@testable import MeshCommand

/// Programs that tests run to their end.
enum Shell {
    /// How a program ended, and what it wrote.
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

    /// What a program wrote to its standard output; throws with all that it wrote when its exit status is not 0.
    @discardableResult
    static func run(_ executable: String, _ arguments: [String], environment: [String: String] = [:]) async throws -> String {
        let outcome = try await outcome(executable, arguments, environment: environment)
        guard outcome.status == 0 else {
            let words = "\(executable) \(arguments.joined(separator: " ")) ended with \(outcome.status)"
            throw TestSupportError("\(words): \(outcome.output)\(outcome.errors)")
        }
        return outcome.output
    }

    /// How a program ended, whatever its exit status.
    static func outcome(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:], input: String = ""
    ) async throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory
        let files = (0..<3).map { _ in folder.appending(path: UUID().uuidString) }
        for (file, text) in zip(files, [input, "", ""]) { try Data(text.utf8).write(to: file) }
        defer { for file in files { try? FileManager.default.removeItem(at: file) } }
        // Files, not pipes: what a program starts in turn (Postgres, a supervisor) would hold a pipe open for ever.
        let status = try await offload { () -> Result<Int32, any Error> in
            Result {
                let process = Process()
                process.executableURL = URL(filePath: executable)
                process.arguments = arguments
                process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
                process.standardInput = try FileHandle(forReadingFrom: files[0])
                process.standardOutput = try FileHandle(forWritingTo: files[1])
                process.standardError = try FileHandle(forWritingTo: files[2])
                try process.run()
                process.waitUntilExit()
                return process.terminationStatus
            }
        }.get()
        let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Outcome(status: status, output: texts[1], errors: texts[2])
    }
}
