import Foundation

/// A process beyond doubt: a number may be given to another process later, its start time tells them apart.
struct ProcessIdentity: Sendable, Hashable, Codable {
    let pid: Int32
    /// Clock ticks between the machine's start and the process's.
    let startTime: UInt64

    /// The process that has this number now; nil when there is none, or only what is left of one.
    static func of(pid: Int32) -> ProcessIdentity? {
        guard let text = PrivateFile.text("/proc/\(pid)/stat"), let (state, startTime) = parse(text), state != "Z", state != "X" else {
            return nil
        }
        return ProcessIdentity(pid: pid, startTime: startTime)
    }

    var isAlive: Bool { Self.of(pid: pid) == self }

    /// Sends a signal, unless the process is gone.
    func signal(_ number: Int32) {
        if isAlive { kill(pid, number) }
    }

    /// Whether the file that the process runs was replaced or deleted since it started.
    var isOutdated: Bool {
        let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")
        return path?.hasSuffix(" (deleted)") == true
    }

    /// State and start time of `/proc/<pid>/stat`. The name in parentheses may hold anything, even parentheses.
    static func parse(_ stat: String) -> (state: Substring, startTime: UInt64)? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let startTime = UInt64(fields[19]) else { return nil }
        return (fields[0], startTime)
    }
}
