import Statistics
import Testing

@testable import TrainerService

@Suite("The steps of a search")
struct SearchProgressTests {
    private func progress(
        _ trials: [(Int, Int, SearchProgress.Trial.State)], combinations: Int = 9, rungs: Int = 3, parallel: Int = 1, patience: Int? = nil
    ) -> SearchProgress {
        SearchProgress(
            combinations: combinations, rungs: rungs, factor: 3, parallel: parallel, patience: patience,
            trials: trials.map { SearchProgress.Trial(combination: $0.0, rung: $0.1, state: $0.2) })
    }

    private func step(_ combination: Int, _ rung: Int) -> SearchProgress.Step { .init(combination: combination, rung: rung) }

    @Test("as many trials run as may run at once, and no more combinations than there are")
    func parallel() {
        #expect(progress([], parallel: 3).next == [step(0, 0), step(1, 0), step(2, 0)])
        #expect(progress([(0, 0, .measured(0.5)), (1, 0, .running)], parallel: 3).next == [step(2, 0), step(3, 0)])
        #expect(progress([(0, 0, .running)], combinations: 1, parallel: 3).next == [])
        #expect(!progress([(0, 0, .running)], combinations: 1, parallel: 3).isOver)
        #expect(progress([(0, 0, .failed)], combinations: 1, parallel: 3).isOver)
    }

    @Test("the best third of a rung goes on, once each, from the highest rung first")
    func promotion() {
        let two: [(Int, Int, SearchProgress.Trial.State)] = [(0, 0, .measured(0.1)), (1, 0, .measured(0.9))]
        #expect(progress(two).next == [step(2, 0)])
        let three = two + [(2, 0, .measured(0.5))]
        #expect(progress(three).next == [step(1, 1)])
        #expect(progress(three + [(1, 1, .running)], parallel: 2).next == [step(3, 0)])
        let third = three + [(1, 1, .measured(0.9))] + (3..<9).map { ($0, 0, .measured(Double($0) / 100)) }
        // Of nine two more are among the best three; one of a rung of one is none.
        #expect(progress(third, parallel: 4).next == [step(2, 1), step(0, 1)])
        let full = third + [(2, 1, .measured(0.95)), (0, 1, .measured(0.2))]
        #expect(progress(full, parallel: 4).next == [step(2, 2)])
        #expect(progress(full + [(2, 2, .measured(0.9))]).isOver)
    }

    @Test("a failed trial is never promoted and a search of failures ends")
    func failures() {
        #expect(progress((0..<9).map { ($0, 0, .failed) }).isOver)
        let some = [(0, 0, SearchProgress.Trial.State.failed), (1, 0, .measured(0.1)), (2, 0, .measured(0.2))]
        #expect(progress(some).next == [step(3, 0)])
    }

    @Test("after so many trials without a better one no new combination starts, and promotions go on")
    func patience() {
        let trials: [(Int, Int, SearchProgress.Trial.State)] = [(0, 0, .measured(0.9)), (1, 0, .measured(0.1)), (2, 0, .measured(0.2))]
        #expect(progress(trials, rungs: 1, patience: 3).next == [step(3, 0)])
        #expect(progress(trials, rungs: 1, patience: 2).isOver)
        #expect(progress(trials, patience: 2).next == [step(0, 1)])
    }

    @Test("whatever the scores and their order, a search ends, tries each combination once, and spends most on few", arguments: 0..<100)
    func ends(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let combinations = 1 + generator.index(below: 40)
        var trials: [(Int, Int, SearchProgress.Trial.State)] = []
        var steps = 0
        var now = progress(trials, combinations: combinations, parallel: 4)
        while !now.isOver {
            for step in now.next { trials.append((step.combination, step.rung, .running)) }
            let running = trials.indices.filter { trials[$0].2 == .running }
            guard trials.count <= combinations * 3, !running.isEmpty else { break }
            #expect(running.count <= 4)
            let ended = running[generator.index(below: running.count)]
            trials[ended].2 = generator.index(below: 10) == 0 ? .failed : .measured(generator.uniform())
            steps += 1
            now = progress(trials, combinations: combinations, parallel: 4)
        }
        let counts = (0..<3).map { rung in trials.count { $0.1 == rung } }
        #expect(now.isOver)
        #expect(counts[0] == combinations)
        #expect(Set(trials.map { [$0.0, $0.1] }).count == trials.count)
        // Each promotion was among the best third at some time, of which there are at most n - 1 beyond the final third.
        #expect(counts[1] <= counts[0] && counts[2] <= counts[1])
    }
}
