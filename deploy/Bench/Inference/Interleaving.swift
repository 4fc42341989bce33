/// Samples of several sides that were taken in turns.
struct Interleaving<Side: Hashable & Sendable>: Sendable {
    struct Key: Hashable {
        let side: Side
        let connections: Int
    }

    /// One line of the table: medians over the rounds.
    struct Line: Sendable {
        let side: Side
        let connections: Int
        let sample: SideSample
        /// Slowest and fastest round.
        let rates: ClosedRange<Double>
    }

    let sides: [Side]
    let connections: [Int]
    private var samples: [Key: [SideSample]] = [:]

    init(sides: [Side], connections: [Int]) {
        self.sides = sides
        self.connections = connections
    }

    mutating func add(_ sample: SideSample, of side: Side, connections: Int) {
        samples[Key(side: side, connections: connections), default: []].append(sample)
    }

    var lines: [Line] { connections.flatMap { count in sides.compactMap { line(of: $0, connections: count) } } }

    func line(of side: Side, connections: Int) -> Line? {
        guard let own = samples[Key(side: side, connections: connections)] else { return nil }
        let rates = own.map(\.requestsPerSecond)
        let median = SideSample(
            requestsPerSecond: Ranks.median(rates), p50Milliseconds: Ranks.median(own.map(\.p50Milliseconds)),
            p99Milliseconds: Ranks.median(own.map(\.p99Milliseconds)), cpuMicroseconds: Ranks.median(own.map(\.cpuMicroseconds)),
            loadMicroseconds: Ranks.median(own.map(\.loadMicroseconds)))
        return Line(side: side, connections: connections, sample: median, rates: (rates.min() ?? 0)...(rates.max() ?? 0))
    }

    /// Requests a second of one side over those of another: the median of the rounds' ratios, whose two sides saw the same machine.
    func ratio(_ side: Side, to other: Side, connections: Int) -> Double? {
        guard let own = samples[Key(side: side, connections: connections)],
            let others = samples[Key(side: other, connections: connections)]
        else { return nil }
        return Ranks.median(zip(own, others).map { $0.requestsPerSecond / $1.requestsPerSecond })
    }

    /// A side's p99 over its own median latency: the median of the rounds.
    func tail(of side: Side, connections: Int) -> Double? {
        samples[Key(side: side, connections: connections)].map { Ranks.median($0.map { $0.p99Milliseconds / $0.p50Milliseconds }) }
    }

    /// Who measures in which order in a round: everybody begins once.
    func order(inRound round: Int) -> [Side] { sides.indices.map { sides[($0 + round) % sides.count] } }
}
