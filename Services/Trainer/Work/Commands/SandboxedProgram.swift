import Foundation
import Synchronization

/// A program that runs in a sandbox, with its output on the way to the log.
final class SandboxedProgram: Sendable {
    /// How it ended.
    enum End: Sendable, Hashable {
        case exited(Int32)
        case killed(Int32)
        /// It could not be started.
        case unstarted(String)
    }

    private struct State {
        var output = LogTail()
        var pid: pid_t = 0
        var end: End?
        var mustDie = false
    }

    /// All that the wrappers see besides the mark. They run with the service's own rights and do what variables say, from where
    /// texts and libraries are to be loaded, so that none of the program's may reach them.
    private static let environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"]

    private let state = Mutex(State())
    private let group: ControlGroup
    /// What its environment carries and no other process's does.
    private let mark: String

    init(group: ControlGroup, mark: String) {
        self.group = group
        self.mark = mark
    }

    /// The end; nil while it runs.
    var end: End? { state.withLock { $0.end } }
    /// Number of the outermost process; 0 before there is one.
    var pid: pid_t { state.withLock { $0.pid } }
    var lastLine: String { state.withLock { $0.output.lastLine } }

    /// Output that has not been taken yet.
    func takeOutput() -> [UInt8] { state.withLock { $0.output.take() } }

    /// Starts the program and waits for it on a thread of its own: its wrappers end with the thread that started them.
    func start(_ words: [String], input: URL? = nil) {
        let thread = Thread { [self] in run(words, input) }
        thread.name = "program"
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Kills the program with all that it started.
    func kill() {
        let pid = state.withLock { state in
            state.mustDie = true
            return state.end == nil ? state.pid : 0
        }
        if pid > 0 { Glibc.kill(pid, SIGKILL) }
        killRest()
    }

    /// What goes on after the program has ended, where no namespace ends with it.
    private func killRest() {
        group.kill()
        for pid in marked() { Glibc.kill(pid, SIGKILL) }
    }

    private func run(_ words: [String], _ input: URL?) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.environment = Self.environment.merging([CommandEnvironment.mark: mark]) { $1 }
        process.standardInput = input.flatMap { try? FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        Self.keepDescriptors()
        do {
            try process.run()
        } catch {
            return finish(.unstarted("\(error)"))
        }
        let mustDie = state.withLock { state in
            state.pid = process.processIdentifier
            return state.mustDie
        }
        if mustDie { Glibc.kill(process.processIdentifier, SIGKILL) }
        let reading = DispatchSemaphore(value: 0)
        let reader = Thread { [self] in
            read(pipe.fileHandleForReading)
            reading.signal()
        }
        reader.start()
        process.waitUntilExit()
        killRest()
        reading.wait()
        finish(process.terminationReason == .exit ? .exited(process.terminationStatus) : .killed(process.terminationStatus))
    }

    private func read(_ handle: FileHandle) {
        while true {
            // What there is by now, and nothing only at the end.
            let data = handle.availableData
            if data.isEmpty { break }
            state.withLock { $0.output.append(data) }
        }
        try? handle.close()
    }

    private func finish(_ end: End) { state.withLock { $0.end = end } }

    /// Keeps what the service has open out of the program.
    private static func keepDescriptors() {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.compactMap(Int32.init) ?? []
        for number in numbers where number > 2 { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
    }

    /// Processes whose environment carries the mark.
    private func marked() -> [pid_t] {
        let wanted = Data("\(CommandEnvironment.mark)=\(mark)".utf8)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { pid in
            guard pid != getpid(), let environment = try? Data(contentsOf: URL(filePath: "/proc/\(pid)/environ")) else { return false }
            return environment.range(of: wanted) != nil
        }
    }
}
