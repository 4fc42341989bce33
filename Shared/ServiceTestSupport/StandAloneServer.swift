import Contracts
import Foundation
import TestSupport

/// The real executable of inference in a process of its own, serving a folder of models and nothing else.
public struct StandAloneServer: Sendable {
    public let port: Int
    public let pid: Int32
    private let log: URL

    public var probe: HTTPProbe { HTTPProbe(port: port) }

    /// Runs the body against a server of these models; stops the server afterwards.
    public static func running<T: Sendable>(
        _ models: [EchoModel], environment: [String: String] = [:], _ body: @Sendable (StandAloneServer) async throws -> T
    ) async throws -> T {
        try await withTemporaryFolder { folder in
            for model in models {
                let version = folder.appending(path: "models/\(model.name)/1")
                try FileManager.default.createDirectory(at: version, withIntermediateDirectories: true)
                try Data(try model.bytes()).write(to: version.appending(path: "model.onnx"))
            }
            let log = folder.appending(path: "log")
            let process = try start(models: folder.appending(path: "models"), log: log, environment: environment)
            defer {
                process.terminate()
                process.waitUntilExit()
            }
            let server = StandAloneServer(
                port: try await port(in: log, of: process), pid: process.processIdentifier, log: log)
            try await eventually {
                let ready = try await server.probe.send("GET", "/v2/health/ready")
                return ready.status == 200 ? nil : ready.text
            }
            return try await body(server)
        }
    }

    private static func start(models: URL, log: URL, environment: [String: String]) throws -> Process {
        try Data().write(to: log)
        let process = Process()
        // It adds to the environment and becomes the program, so that the process is the server's.
        process.executableURL = URL(filePath: "/usr/bin/env")
        let program = Checkout.root.appending(path: ".build/debug/inference").path
        process.arguments = environment.map { "\($0.key)=\($0.value)" } + [program, "--models", models.path, "--port", "0"]
        process.currentDirectoryURL = Checkout.root
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
        return process
    }

    /// The port, as the server's log tells it.
    private static func port(in log: URL, of process: Process) async throws -> Int {
        var found: Int?
        try await eventually {
            let lines = try lines(of: log)
            found = lines.first { $0["message"] == "service is listening" }?["port"]?.stringValue.flatMap { Int($0) }
            if !process.isRunning { throw TestSupportError("the server ended: \(lines)") }
            return found == nil ? "\(lines)" : nil
        }
        return found ?? 0
    }

    /// What the server has logged so far, each line an object.
    public var logged: [JSONValue] {
        get throws { try Self.lines(of: log) }
    }

    private static func lines(of log: URL) throws -> [JSONValue] {
        let text = String(decoding: try Data(contentsOf: log), as: UTF8.self)
        return text.split(separator: "\n").compactMap { try? WireJSON.decode(JSONValue.self, from: Data($0.utf8)) }
    }

    /// Memory that the process holds now, and the most that it ever held, in bytes.
    public var memory: (present: Int, peak: Int) {
        get throws {
            let status = String(decoding: try Data(contentsOf: URL(filePath: "/proc/\(pid)/status")), as: UTF8.self)
            func bytes(_ name: String) -> Int {
                let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
                return (line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) * 1024
            }
            return (bytes("VmRSS"), bytes("VmHWM"))
        }
    }

    /// Files and sockets that the process has open.
    public var descriptors: Int {
        get throws { try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count }
    }
}
