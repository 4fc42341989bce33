/// What a search does next, by what its trials have come to.
///
/// Successive halving is asynchronous (Li et al. 2020, algorithm 2): a trial is promoted as soon as it is among the best
/// 1 / factor of its rung so far, highest rung first, and only when none can be is a new combination started.
struct SearchProgress: Sendable, Hashable {
    /// One combination at one rung.
    struct Trial: Sendable, Hashable {
        enum State: Sendable, Hashable {
            case running
            /// The worse end of the interval, turned so that higher is better.
            case measured(Double)
            case failed
        }

        let combination: Int
        let rung: Int
        let state: State
    }

    /// A trial to be queued.
    struct Step: Sendable, Hashable {
        let combination: Int
        let rung: Int
    }

    let combinations: Int
    /// Number of rungs; 1 without successive halving.
    let rungs: Int
    let factor: Int
    let parallel: Int
    let patience: Int?
    /// In the order in which they ended; those that run come last.
    let trials: [Trial]

    /// The trials to start now; none and no trial running means that the search is over.
    var next: [Step] {
        var taken = Set(trials.map { Step(combination: $0.combination, rung: $0.rung) })
        var steps: [Step] = []
        let room = parallel - trials.count { $0.state == .running }
        while steps.count < room, let step = promotion(taken) ?? start(taken) {
            steps.append(step)
            taken.insert(step)
        }
        return steps
    }

    var isOver: Bool { next.isEmpty && !trials.contains { $0.state == .running } }

    private func promotion(_ taken: Set<Step>) -> Step? {
        for rung in (0..<max(0, rungs - 1)).reversed() {
            let scores = trials.compactMap { trial -> (combination: Int, score: Double)? in
                guard trial.rung == rung, case .measured(let score) = trial.state else { return nil }
                return (trial.combination, score)
            }
            let best = scores.sorted { ($0.score, -$0.combination) > ($1.score, -$1.combination) }.prefix(scores.count / factor)
            if let first = best.first(where: { !taken.contains(Step(combination: $0.combination, rung: rung + 1)) }) {
                return Step(combination: first.combination, rung: rung + 1)
            }
        }
        return nil
    }

    private func start(_ taken: Set<Step>) -> Step? {
        guard !hasStalled else { return nil }
        let started = taken.count { $0.rung == 0 }
        return started < combinations ? Step(combination: started, rung: 0) : nil
    }

    /// Whether so many trials have ended since there was a better one that no more are started.
    private var hasStalled: Bool {
        guard let patience else { return false }
        var best = -Double.infinity
        var since = 0
        for trial in trials where trial.state != .running {
            if case .measured(let score) = trial.state, score > best {
                (best, since) = (score, 0)
            } else {
                since += 1
            }
        }
        return since >= patience
    }
}
