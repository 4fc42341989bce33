import ArgumentParser
import Foundation

/// `mesh logs`
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print the last lines of the logs, or what a training run's program has written.")

    @OptionGroup var target: StateOption
    @Argument(help: "A service, an instance (inference-2), gateway-public, gateway-internal, gateway-agent or supervisor. Default: all.")
    var name: String?
    @Option(name: .customLong("run"), help: "Id of a training run: all that its program has written.")
    var training: String?
    @Flag(name: .shortAndLong, help: "Go on as lines are added.")
    var follow = false
    @Option(name: [.customShort("n"), .long], help: "Lines of each log.")
    var lines = 20

    func validate() throws {
        guard lines >= 0 else { throw ValidationError("--lines is 0 or more, not \(lines)") }
    }

    func run() async throws {
        if let training { return try await showProgram(training) }
        let folder = target.layout.logs
        let all = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".log") }.map {
            String($0.dropLast(4))
        }
        let chosen = all.filter { name == nil || $0 == name || Self.isInstance($0, of: name ?? "") }.sorted()
        guard !chosen.isEmpty else { throw CommandFault("There is no log\(name.map { " of '\($0)'" } ?? "") in \(folder)") }
        var offsets: [String: UInt64] = [:]
        for log in chosen { offsets[log] = try show(log, showsName: chosen.count > 1) }
        while follow {
            try await Task.sleep(for: .milliseconds(200))
            for log in chosen { offsets[log] = try showMore(log, from: offsets[log] ?? 0, showsName: chosen.count > 1) }
        }
    }

    private func showProgram(_ training: String) async throws {
        let calls = try MeshCalls(layout: target.layout)
        if follow {
            _ = try await calls.followLog(of: training)
        } else {
            FileHandle.standardOutput.write(Data(try await calls.log(of: training)))
        }
    }

    static func isInstance(_ log: String, of service: String) -> Bool {
        log.hasPrefix(service + "-") && log.dropFirst(service.count + 1).allSatisfy(\.isNumber)
    }

    private func show(_ log: String, showsName: Bool) throws -> UInt64 {
        let handle = try FileHandle(forReadingFrom: URL(filePath: target.layout.log(log)))
        defer { try? handle.close() }
        let size = try handle.seekToEnd()
        // Far more than the lines asked for, unless they are very long.
        try handle.seek(toOffset: size > 262_144 ? size - 262_144 : 0)
        let text = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
        for line in text.split(separator: "\n").suffix(lines) { say(line, log, showsName) }
        return size
    }

    private func showMore(_ log: String, from offset: UInt64, showsName: Bool) throws -> UInt64 {
        let handle = try FileHandle(forReadingFrom: URL(filePath: target.layout.log(log)))
        defer { try? handle.close() }
        let size = try handle.seekToEnd()
        // A log that shrank was started anew.
        try handle.seek(toOffset: size < offset ? 0 : offset)
        let data = try handle.readToEnd() ?? Data()
        guard let end = data.lastIndex(of: UInt8(ascii: "\n")) else { return min(size, offset) }
        let whole = data[data.startIndex...end]
        for line in String(decoding: whole, as: UTF8.self).split(separator: "\n") { say(line, log, showsName) }
        return (size < offset ? 0 : offset) + UInt64(whole.count)
    }

    private func say(_ line: Substring, _ log: String, _ showsName: Bool) {
        Console.say(showsName ? "\(log): \(line)" : String(line))
    }
}
