/// Whether requests took the way that they are told to have taken: each program on it was at work, and none beside it.
struct PassageAudit {
    typealias Path = ServingComparison.Way.Path

    /// Less processor time than any program takes for a request, in microseconds; the least that was seen is 20.
    static let leastMicroseconds = 8.0
    /// Processor time that a program may take for other things, in seconds a second.
    static let background = 0.04

    let path: Path
    let requests: Int
    let seconds: Double

    /// Throws what is wrong with the processor time, in seconds, that each program took meanwhile.
    func check(_ spent: [String: Double]) throws {
        let least = Self.leastMicroseconds * Double(requests) / 1e6
        for program in Path.gateway.programs.sorted() {
            let used = spent[program] ?? 0
            let told = "\"\(path.title)\": \(program) took \(Figure.text(used)) s for \(requests) requests"
            if path.programs.contains(program) {
                guard used > least else { throw BenchFault(told + ", so they did not pass it") }
            } else {
                guard used < least + Self.background * seconds else { throw BenchFault(told + ", though it is not on their way") }
            }
        }
    }
}
