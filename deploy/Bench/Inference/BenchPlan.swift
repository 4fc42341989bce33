/// How much is measured.
struct BenchPlan: Sendable {
    let sides: [BenchSide]
    let connections: [Int]
    let rounds: Int
    /// Of one measurement.
    let seconds: Int
    /// The first of the ports of this machine that the servers listen on.
    let port: Int

    /// The connections at which ours is held against its targets: 8, or what is next to it.
    var marked: Int { connections.min { abs($0 - 8) < abs($1 - 8) } ?? 8 }
}
