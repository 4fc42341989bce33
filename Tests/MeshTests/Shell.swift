import Foundation
import TestSupport

@testable import MeshCommand

/// Programs that tests run to their end.
enum Shell {
    /// What a program wrote to its standard output; throws with all that it wrote when its exit status is not 0.
    @discardableResult
    static func run(_ executable: String, _ arguments: [String], environment: [String: String] = [:]) async throws -> String {
        let folder = FileManager.default.temporaryDirectory
        let (output, errors) = (folder.appending(path: UUID().uuidString), folder.appending(path: UUID().uuidString))
        for file in [output, errors] { try Data().write(to: file) }
        defer { for file in [output, errors] { try? FileManager.default.removeItem(at: file) } }
        // Files, not pipes: what a program starts in turn (Postgres, a supervisor) would hold a pipe open for ever.
        let status = try await offload { () -> Result<Int32, any Error> in
            Result {
                let process = Process()
                process.executableURL = URL(filePath: executable)
                process.arguments = arguments
                process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
                process.standardInput = FileHandle.nullDevice
                process.standardOutput = try FileHandle(forWritingTo: output)
                process.standardError = try FileHandle(forWritingTo: errors)
                try process.run()
                process.waitUntilExit()
                return process.terminationStatus
            }
        }.get()
        let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
        guard status == 0 else {
            let fault = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
            throw TestSupportError("\(executable) \(arguments.joined(separator: " ")) ended with \(status): \(text)\(fault)")
        }
        return text
    }
}
