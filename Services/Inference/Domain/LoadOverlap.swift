/// Which loads went on at the same time: what the process's memory grew by is theirs together.
struct LoadOverlap: Sendable {
    private struct Load: Sendable {
        let file: Int
        /// Bytes of the files of all loads that went on meanwhile, its own among them.
        var together: Int
    }

    private var running: [Int: Load] = [:]
    private var last = 0

    /// Notes the begin of a load of a file of so many bytes, and gives its number.
    mutating func begin(_ file: Int) -> Int {
        last += 1
        for number in running.keys { running[number]?.together += file }
        running[last] = Load(file: file, together: running.values.reduce(file) { $0 + $1.file })
        return last
    }

    /// Notes the end of a load, and gives the share of what the memory grew by that is its own, by the files' sizes.
    mutating func end(_ number: Int) -> Double {
        guard let load = running.removeValue(forKey: number), load.together > 0 else { return 1 }
        return Double(load.file) / Double(load.together)
    }
}
