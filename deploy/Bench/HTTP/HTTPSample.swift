import Foundation

/// One measurement of `bench http`.
struct HTTPSample {
    let requestsPerSecond: Double
    let p50Milliseconds: Double
    /// User and system time of the server for each request.
    let cpuMicroseconds: Double

    /// 64 numbers as a client writes them.
    static let body =
        #"{"inputs":[{"name":"pixels","shape":[1,64],"datatype":"FP32","data":["#
        + (0..<64).map { "\(Double($0 * 37 % 17)).25" }.map { String($0.dropLast(2)) }.joined(separator: ",") + "]}]}"

    static func measure(_ way: HTTPWay, _ server: HTTPBenchServer, connections: Int, seconds: Int) throws -> HTTPSample {
        let script = FileManager.default.temporaryDirectory.appending(path: "bench-http-\(ProcessInfo.processInfo.processIdentifier).lua")
        try Data(lua(token: server.greeting.token).utf8).write(to: script)
        defer { try? FileManager.default.removeItem(at: script) }
        let before = server.tree.cpuSeconds
        let run = try wrk(["-t1", "-c\(connections)", "-d\(seconds)s", "-s", script.path], port: server.greeting.port, path: way.path)
        let cpu = server.tree.cpuSeconds - before
        guard run.count == 4, run[0] > 0, run[3] == 0 else { throw BenchFault("\(way.title): wrk saw \(run)") }
        return HTTPSample(
            requestsPerSecond: run[0] / run[1] * 1e6, p50Milliseconds: run[2] / 1e3, cpuMicroseconds: cpu / run[0] * 1e6)
    }

    /// Requests, microseconds, p50 in microseconds, errors.
    private static func wrk(_ arguments: [String], port: Int, path: String) throws -> [Double] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["wrk"] + arguments + ["http://127.0.0.1:\(port)\(path)"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard let line = text.split(separator: "\n").last(where: { $0.hasPrefix("result ") }) else { throw BenchFault("wrk: \(text)") }
        return line.split(separator: " ").dropFirst().compactMap { Double($0) }
    }

    private static func lua(token: String) -> String {
        """
        wrk.method = "POST"
        wrk.body = '\(body)'
        wrk.headers["Content-Type"] = "application/json"
        \(token.isEmpty ? "" : "wrk.headers[\"Authorization\"] = \"Bearer \(token)\"")
        done = function(summary, latency)
            local e = summary.errors
            print(string.format("result %d %d %d %d", summary.requests, summary.duration, latency:percentile(50),
                e.connect + e.read + e.write + e.status + e.timeout))
        end
        """
    }
}
