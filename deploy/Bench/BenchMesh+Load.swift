import Foundation

extension BenchMesh {
    /// A mesh at rest takes about half of it, in seconds a second.
    private static let restingShare = 0.25

    /// What a way did, and the microseconds of processor time of a request in each service or program on the way.
    struct Passage: Sendable {
        let sample: SideSample
        let microseconds: [String: Double]
        /// The same of all else in the mesh, until the records of the requests are shipped and stored; what the mesh takes at rest is
        /// not in it.
        let elsewhere: Double
    }

    /// Loads one way over HTTP with wrk, and waits until the mesh rests. It rests before.
    ///
    /// - Parameter idle: processor time that the mesh takes at rest, in seconds a second.
    func load(
        _ path: ServingComparison.Way.Path, connections: Int, seconds: Int, idle: Double, places: BenchPlaces
    ) async throws -> Passage {
        try await warm(path, connections: connections)
        let (start, all, before) = (ContinuousClock.now, Self.cpuSeconds(of: whole), spent())
        let run = try wrk(path, connections: connections, seconds: seconds, places: places)
        let used = spent().merging(before) { $0 - $1 }
        try PassageAudit(path: path, requests: run.requests, seconds: run.microseconds / 1e6).check(used)
        let own = used.filter { path.programs.contains($0.key) }
        let onTheWay = own.values.reduce(0, +)
        try await settle()
        let atRest = idle * ((ContinuousClock.now - start) / .seconds(1))
        let elsewhere = max(0, Self.cpuSeconds(of: whole) - all - onTheWay - atRest)
        return Passage(
            sample: SideSample(run, cpuSeconds: onTheWay), microseconds: own.mapValues { $0 * 1e6 / Double(run.requests) },
            elsewhere: elsewhere * 1e6 / Double(run.requests))
    }

    /// Sends requests one way for a moment.
    func warm(_ path: ServingComparison.Way.Path, connections: Int) async throws {
        let (port, request) = try call(path)
        try await LoadCaller.warm(request, port: port, connections: connections)
    }

    /// Loads one way with wrk.
    func wrk(_ path: ServingComparison.Way.Path, connections: Int, seconds: Int, places: BenchPlaces) throws -> WrkRun {
        let (port, request) = try call(path)
        let body = try places.file("\(path.rawValue).body", request.body)
        return try WrkRun.measure(request, body: body, places: places, port: port, connections: connections, seconds: seconds)
    }

    private func call(_ path: ServingComparison.Way.Path) throws -> (port: Int, request: BenchRequest) {
        guard let call = calls[path] else { throw BenchFault("\(path.rawValue) is no way over HTTP") }
        return call
    }

    /// Processor time of each service and program so far.
    func spent() -> [String: Double] { processes.mapValues(Self.cpuSeconds) }

    /// Processor time of all of the mesh so far, in seconds.
    var cpuSeconds: Double { Self.cpuSeconds(of: whole) }

    /// Waits, for a minute at most, until nothing is left to do: records of earlier requests are still shipped and stored when those have
    /// long been answered.
    func settle() async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        var calm = 0
        while calm < 3 {
            guard ContinuousClock.now < deadline else { throw BenchFault("the mesh has not come to rest within a minute") }
            calm = try await share(over: .milliseconds(200)) < Self.restingShare ? calm + 1 : 0
        }
    }

    /// Processor time that the mesh takes now, in seconds a second.
    func share(over time: Duration) async throws -> Double {
        let (start, before) = (ContinuousClock.now, Self.cpuSeconds(of: whole))
        try await Task.sleep(for: time)
        return (Self.cpuSeconds(of: whole) - before) / ((ContinuousClock.now - start) / .seconds(1))
    }

    private static func cpuSeconds(of processes: [ProcessTree]) -> Double { processes.reduce(0) { $0 + $1.cpuSeconds } }
}
