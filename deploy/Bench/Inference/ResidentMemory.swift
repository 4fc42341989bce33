import Foundation

/// Resident memory of a process.
struct ResidentMemory: Sendable, Codable, CustomStringConvertible {
    /// Its own.
    let anonymousBytes: Int
    /// Pages of files, of its program and libraries above all.
    let fileBytes: Int

    static let none = ResidentMemory(anonymousBytes: 0, fileBytes: 0)

    var bytes: Int { anonymousBytes + fileBytes }

    var description: String {
        let parts = [bytes, anonymousBytes, fileBytes].map { Figure.text(Double($0) / Double(1 << 20)) }
        return "\(parts[0]) MiB (\(parts[1]) own, \(parts[2]) of files)"
    }

    static func + (one: ResidentMemory, other: ResidentMemory) -> ResidentMemory {
        ResidentMemory(anonymousBytes: one.anonymousBytes + other.anonymousBytes, fileBytes: one.fileBytes + other.fileBytes)
    }
}

extension ResidentMemory {
    /// By `/proc/PID/status`; none for a process that is gone.
    init(of pid: Int32) {
        let lines = ((try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? "").split(separator: "\n")
        func bytes(_ name: String) -> Int {
            let line = lines.first { $0.hasPrefix(name + ":") }
            return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first).flatMap { Int($0) }.map { $0 << 10 } ?? 0
        }
        self.init(anonymousBytes: bytes("RssAnon"), fileBytes: bytes("RssFile") + bytes("RssShmem"))
    }
}
