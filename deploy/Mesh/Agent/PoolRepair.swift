/// Finds servers that keep no idle connections, as an agent before this one may have added them, and says when HAProxy is to read its file
/// again, in which every server has a pool.
///
/// A reload fails no request, where taking the only instance of a service out to add it anew would.
struct PoolRepair: Sendable {
    /// The worker of each HAProxy that was told to go.
    private var told: [Listener: Int32] = [:]

    /// The servers without a pool, by what HAProxy answers to `show servers conn`: on each line name, ids, address, port, a dash, the delay
    /// in milliseconds until an idle connection may be closed, and, six columns on, the most idle connections.
    static func withoutPool(_ shown: String) -> [String] {
        let lines = shown.split(separator: "\n").map { $0.split(separator: " ") }
        return lines.filter { $0.count > 11 && $0[0] != "#" && ($0[5] == "0" || $0[11] == "0") }.map { String($0[0]) }
    }

    /// Whether this worker, some of whose servers have no pool, is to make way for one that reads the file; once for each worker.
    mutating func mustReload(_ listener: Listener, worker: Int32) -> Bool {
        guard told[listener] != worker else { return false }
        told[listener] = worker
        return true
    }
}
