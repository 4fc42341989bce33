import Contracts

/// What one key may ask of each model in a minute, as HAProxy's map knows it.
struct LimitMap: Sendable, Hashable {
    /// Model -> requests a minute.
    var limits: [String: Int]

    /// The limits that capabilities have; those without are left out.
    init(capabilities: [CapabilityRecord]) {
        let limited = capabilities.compactMap { record in
            record.manifest.access?.requestsPerMinute.map { (record.name, max(1, min($0, Int(Int32.max)))) }
        }
        // A name goes into a command of HAProxy, so it must be one.
        limits = Dictionary(limited.filter { Names.isName($0.0) }) { first, _ in first }
    }

    /// Reads what HAProxy answers to `show map`: an address, the model and its limit on each line.
    init(shown: String) {
        limits = [:]
        for line in shown.split(separator: "\n") {
            let parts = line.split(separator: " ")
            if parts.count == 3, let limit = Int(parts[2]) { limits[String(parts[1])] = limit }
        }
    }

    /// Lines of a HAProxy map, sorted.
    var file: String {
        limits.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
    }

    /// The commands that make a HAProxy that knows these know others, for the map `name`.
    func commands(to wanted: LimitMap, map name: String) -> [String] {
        let changes = wanted.limits.sorted { $0.key < $1.key }.compactMap { model, limit -> String? in
            guard limits[model] != limit else { return nil }
            return "\(limits[model] == nil ? "add" : "set") map \(name) \(model) \(limit)"
        }
        let departures = limits.keys.filter { wanted.limits[$0] == nil }.sorted().map { "del map \(name) \($0)" }
        return changes + departures
    }
}
