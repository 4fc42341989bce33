import Foundation

/// HAProxy's runtime interface: one command for each connection. Blocks, two seconds at most.
struct AdminSocket: Sendable {
    let path: String

    /// The answer, without blank lines around it; nil when HAProxy does not answer.
    func ask(_ command: String) -> String? {
        guard let connection = LoopbackSocket.connect(path: path, seconds: 2) else { return nil }
        defer { close(connection) }
        let answer = LoopbackSocket.exchange(Array((command + "\n").utf8), over: connection)
        return answer.map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
    }

    /// The worker process that answers; another one means that HAProxy was started anew or reloaded.
    func worker() -> Int32? {
        let line = ask("show info")?.split(separator: "\n").first { $0.hasPrefix("Pid:") }
        return line.flatMap { Int32($0.dropFirst(4).trimmingCharacters(in: .whitespaces)) }
    }
}
