import Contracts
import Foundation
import Settings
import Spool
import Tensors

/// `inference log DIR`: prints the predictions that a machine by itself has logged, also while it logs them.
public struct LogCommand: Sendable, Hashable {
    static let usage = """
        inference log DIR [--follow] [--json]

        Prints the predictions that `inference --models … --log DIR` has logged, the oldest first, a line each: time, model and version,
        rows, microseconds, request id and the outputs.

          --follow  goes on with what is logged from now on
          --json    prints whole records as JSON Lines, with inputs, outputs and context as flat row-major data
        """
    /// EX_IOERR of sysexits.h.
    private static let failed: Int32 = 74
    /// Time between two looks at the folder.
    private static let interval: Duration = .milliseconds(200)

    let folder: String
    let follows: Bool
    let printsJSON: Bool

    /// Reads the arguments behind the word `log`. Throws what is wrong with them, or the help that they ask for.
    init(_ arguments: some Sequence<String>) throws(SettingsError) {
        let arguments = Array(arguments)
        if arguments.contains("--help") || arguments.contains("-h") { throw SettingsError(help: Self.usage) }
        let flags = arguments.filter { $0.hasPrefix("-") }
        let folders = arguments.filter { !$0.hasPrefix("-") }
        var faults = flags.filter { $0 != "--follow" && $0 != "--json" }.map { "unknown flag \($0); --help lists the flags" }
        if folders.count != 1 { faults.append("expected one folder: inference log DIR [--follow] [--json]") }
        var isFolder: ObjCBool = false
        if let folder = folders.first, !FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) || !isFolder.boolValue {
            faults.append("'\(folder)' is no folder")
        }
        if !faults.isEmpty { throw SettingsError(faults: faults) }
        folder = folders.first ?? ""
        follows = flags.contains("--follow")
        printsJSON = flags.contains("--json")
    }

    /// Runs the command where the command line names it, and ends the process with its exit code; else returns.
    public static func runIfAsked() async {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.first == "log" else { return }
        do {
            try await LogCommand(arguments.dropFirst()).run()
            exit(0)
        } catch let error as SettingsError {
            let output = error.help == nil ? FileHandle.standardError : FileHandle.standardOutput
            output.write(Data("\(error)\n".utf8))
            exit(error.help == nil ? SettingsError.exitCode : 0)
        } catch {
            FileHandle.standardError.write(Data("the log cannot be read: \(error)\n".utf8))
            exit(failed)
        }
    }

    func run() async throws {
        var reader = SpoolReader(folder: folder)
        var unreadable = 0
        repeat {
            var text: [UInt8] = []
            try reader.read { line in
                text += self.text(line)
                guard text.count > 1 << 20 else { return }
                try FileHandle.standardOutput.write(contentsOf: text)
                text.removeAll(keepingCapacity: true)
            }
            if !text.isEmpty { try FileHandle.standardOutput.write(contentsOf: text) }
            if reader.unreadableBytes > unreadable {
                unreadable = reader.unreadableBytes
                FileHandle.standardError.write(Data("\(unreadable) bytes of the log are torn or changed\n".utf8))
            }
            if follows { try await Task.sleep(for: Self.interval) }
        } while follows
    }

    /// What is printed of a line; of records that were dropped their count.
    private func text(_ line: SpoolLine) -> [UInt8] {
        if printsJSON, line.kind == .prediction { return line.json + [UInt8(ascii: "\n")] }
        let record = line.json.withUnsafeBufferPointer { bytes in
            var reader = JSONReader(bytes)
            return try? reader.value()
        }
        switch line.kind {
        case .prediction: return Array((LogLine.text(record ?? .null) + "\n").utf8)
        case .loss:
            FileHandle.standardError.write(Data("\(record?["count"]?.integerValue ?? 0) records were dropped\n".utf8))
            return []
        case .exposure: return []
        }
    }
}
