import Foundation
import TestSupport
import Testing

@testable import MeshCommand

@Suite("Processes")
struct ProcessTests {
    private func launch(_ script: String, _ folder: URL, _ more: [String: String] = [:]) throws -> ProcessIdentity {
        let environment = ["PATH": "/usr/bin:/bin"].merging(more) { $1 }
        return try ProcessLaunch(executable: "/bin/sh", arguments: ["-c", script], environment: environment, log: folder.path + "/log")
            .start()
    }

    private func reap(_ process: ProcessIdentity) {
        kill(process.pid, SIGKILL)
        var status: Int32 = 0
        waitpid(process.pid, &status, 0)
    }

    @Test("a name with spaces and parentheses does not confuse the start time")
    func parsesStat() throws {
        let rest = "S " + (4...21).map(String.init).joined(separator: " ") + " 987654 23 24"

        let (state, startTime) = try #require(ProcessIdentity.parse("42 (a (b) c) d) \(rest)"))

        #expect(state == "S")
        #expect(startTime == 987_654)
    }

    @Test("a launched process leads its own session, writes to its log and holds nothing else of ours open")
    func launches() async throws {
        try await withTemporaryFolder { folder in
            let pipe = Pipe()
            let process = try launch("echo out; echo err >&2; ls /proc/self/fd | wc -l; sleep 60", folder)
            defer { reap(process) }

            try await eventually {
                let lines = (PrivateFile.text(folder.path + "/log") ?? "").split(separator: "\n").map {
                    $0.trimmingCharacters(in: .whitespaces)
                }
                // Input, output, error, and the folder that ls reads.
                return lines == ["out", "err", "4"] ? nil : "\(lines)"
            }
            #expect(getsid(process.pid) == process.pid)
            #expect(process.isAlive)
            withExtendedLifetime(pipe) {}
        }
    }

    @Test("a process that ended is not alive, even before anybody asked how it ended")
    func zombies() async throws {
        try await withTemporaryFolder { folder in
            let process = try launch("exit 3", folder)
            try await eventually { process.isAlive ? "still alive" : nil }
            var status: Int32 = 0
            waitpid(process.pid, &status, 0)
            #expect(Supervisor.ending(status) == "exit status 3")
        }
    }

    @Test("a log that is too long moves aside, and its writer goes on at the new end")
    func rotatesLogs() async throws {
        try await withTemporaryFolder { folder in
            let script = "echo 0123456789; while [ ! -e \(folder.path)/go ]; do sleep 0.02; done; echo new; sleep 60"
            let log = folder.path + "/a.log"
            let process = try ProcessLaunch(
                executable: "/bin/sh", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin"], log: log
            ).start()
            defer { reap(process) }
            try await eventually { PrivateFile.text(log) == "0123456789\n" ? nil : "nothing written" }

            LogRotation.rotate(folder: folder.path, limit: 100)
            #expect(PrivateFile.text(log) == "0123456789\n")
            LogRotation.rotate(folder: folder.path, limit: 5)
            try PrivateFile.write("", to: folder.path + "/go")

            try await eventually { PrivateFile.text(log) == "new\n" ? nil : "\(PrivateFile.text(log) ?? "")" }
            #expect(PrivateFile.text(log + ".1") == "0123456789\n")
        }
    }

    @Test("processes are found again by their marks, their children and those of other meshes are not")
    func findsMarks() async throws {
        try await withTemporaryFolder { folder in
            let marks = ProcessTable.marks(state: folder.path, name: "inference-2").merging(["LISTEN_PORT": "20123"]) { $1 }
            let process = try launch("sleep 60 & wait", folder, marks)
            let foreign = try launch("exec sleep 60", folder, ProcessTable.marks(state: folder.path + "x", name: "inference-2"))
            defer { [process, foreign].forEach(reap) }

            #expect(ProcessTable.supervised(state: folder.path) == [.init(name: "inference-2", process: process, port: 20_123)])
        }
    }
}
