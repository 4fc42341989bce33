import Foundation

/// A process of this machine and all that descend from it.
struct ProcessTree: Sendable {
    let root: Int32

    private static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))

    /// Numbers of the processes that are alive now; parents stand before their children.
    var members: [Int32] {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap(Int32.init) ?? []
        let parents = Dictionary(
            uniqueKeysWithValues: numbers.compactMap { pid in Self.fields(of: pid).flatMap { Int32($0[1]) }.map { (pid, $0) } })
        var members = parents[root] == nil ? [] : [root]
        var next = 0
        while next < members.count {
            members += parents.filter { $0.value == members[next] }.keys.sorted()
            next += 1
        }
        return members
    }

    /// User and system time of all of them.
    var cpuSeconds: Double { members.reduce(0) { $0 + Self.cpuSeconds(of: $1) } }

    /// Resident memory of all of them; pages that they share count for each.
    var residentMemory: ResidentMemory { members.reduce(.none) { $0 + ResidentMemory(of: $1) } }

    /// Waits, for two seconds at most, until the processes have nothing left to do.
    func rest() {
        let deadline = ContinuousClock.now + .seconds(2)
        var (spent, calm) = (cpuSeconds, 0)
        while calm < 2, ContinuousClock.now < deadline {
            usleep(30_000)
            let now = cpuSeconds
            calm = now > spent ? 0 : calm + 1
            spent = now
        }
    }

    /// Stops the parents before their children, so that none of them misses a child.
    func pause() { for pid in members { kill(pid, SIGSTOP) } }

    /// Lets the children go on before their parents, so that those find them alive.
    func resume() { for pid in members.reversed() { kill(pid, SIGCONT) } }

    /// Asks the root to end; whoever is still there after that is killed.
    func end() {
        let all = members
        resume()
        kill(root, SIGTERM)
        let deadline = ContinuousClock.now + .seconds(5)
        while all.contains(where: Self.isRunning), ContinuousClock.now < deadline { usleep(10_000) }
        for pid in all where Self.isRunning(pid) { kill(pid, SIGKILL) }
    }

    static func cpuSeconds(of pid: Int32) -> Double {
        guard let fields = fields(of: pid), let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / ticksPerSecond
    }

    private static func isRunning(_ pid: Int32) -> Bool { fields(of: pid).map { $0[0] != "Z" } ?? false }

    /// Fields of `/proc/PID/stat` behind the name, which may hold anything, parentheses too: state, parent, …
    private static func fields(of pid: Int32) -> [Substring]? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8), let end = text.lastIndex(of: ")") else {
            return nil
        }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 12 ? fields : nil
    }
}
