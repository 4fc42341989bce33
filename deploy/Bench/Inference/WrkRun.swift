import Foundation

/// What wrk measured: many connections, each of which sends the next request when the answer to the last has come.
struct WrkRun: Decodable {
    /// wrk's own processor time; it shares the cores with what it measures.
    var cpuSeconds = 0.0
    let requests: Int
    let microseconds: Double
    let p50: Double
    let p99: Double
    let max: Double
    let statusErrors: Int
    let socketErrors: Int

    private enum CodingKeys: String, CodingKey {
        case requests, microseconds, p50, p99, max, statusErrors, socketErrors
    }

    /// Loads a server. An answer that is no success, or none at all, is a fault.
    ///
    /// - Parameter body: the file of the request's body.
    static func measure(
        _ request: BenchRequest, body: String, places: BenchPlaces, port: Int, connections: Int, seconds: Int
    ) throws -> WrkRun {
        // A key among the arguments would be read by everybody on the machine.
        let headers = try places.privateFile("wrk.headers", Array(request.headers.map { "\($0)=\($1)\n" }.joined().utf8))
        defer { try? FileManager.default.removeItem(atPath: headers) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "wrk", "-t1", "-c\(connections)", "-d\(seconds)s", "--timeout", "30s", "-s", places.loadScript,
            "http://127.0.0.1:\(port)\(request.path)", "--", body, headers,
        ]
        let output = Pipe()
        process.standardOutput = output
        let before = childrenSeconds()
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, let line = text.split(separator: "\n").last(where: { $0.hasPrefix("{") }) else {
            throw BenchFault("wrk ended with status \(process.terminationStatus) (make bench-inference installs it): \(text)")
        }
        var run = try JSONDecoder().decode(WrkRun.self, from: Data(line.utf8))
        guard run.requests > 0, run.statusErrors == 0, run.socketErrors == 0 else {
            throw BenchFault("\(run.requests) answers, \(run.statusErrors) of them no success; \(run.socketErrors) connections failed")
        }
        run.cpuSeconds = childrenSeconds() - before
        return run
    }

    /// Processor time of the processes that this one started and that have ended.
    static func childrenSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
