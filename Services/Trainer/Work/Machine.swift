import Foundation

/// The machine that a run was made on.
enum Machine {
    /// Read once for the process.
    static let facts: [String: String] = {
        var facts = [
            "machine.cores": String(ProcessInfo.processInfo.processorCount),
            "machine.memoryBytes": String(ProcessInfo.processInfo.physicalMemory),
        ]
        facts["machine.processor"] = line("model name", of: "/proc/cpuinfo")
        facts["machine.kernel"] = try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return facts
    }()

    private static func line(_ name: String, of file: String) -> String? {
        let text = try? String(contentsOfFile: file, encoding: .utf8)
        let line = text?.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
