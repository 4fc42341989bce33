import Statistics
import Testing

@Suite("Consensus")
struct ConsensusTests {
    /// Answers of annotators who are right with the given probabilities and otherwise name another class evenly.
    private func simulated(items: Int, accuracies: [Double], classes: Int, seed: UInt64)
        -> (answers: [AnswerTable.Answer], truth: [String])
    {
        var generator = SeededGenerator(seed: seed)
        var answers: [AnswerTable.Answer] = []
        var truth: [String] = []
        for item in 0..<items {
            let label = generator.index(below: classes)
            truth.append("\(label)")
            for (annotator, accuracy) in accuracies.enumerated() {
                let isRight = generator.uniform() < accuracy
                let answer = isRight ? label : (label + 1 + generator.index(below: classes - 1)) % classes
                answers.append(.init(item: "item \(1_000 + item)", annotator: "annotator \(annotator)", label: "\(answer)"))
            }
        }
        return (answers, truth)
    }

    private func errors(_ consensus: Consensus, _ truth: [String]) -> Int {
        zip(consensus.items, truth).filter { $0.label != $1 }.count
    }

    @Test("maximum likelihood gives the published class shares of the anaesthesia data")
    func anaesthesia() throws {
        let consensus = DawidSkene(prior: nil).consensus(Anaesthesia.table)

        #expect(consensus.isConverged && consensus.items.count == 45 && consensus.annotators.count == 5)
        #expect(consensus.classPriors.map { ($0 * 100).rounded() } == [40, 42, 11, 7])
        #expect(consensus.items.map(\.posterior).allSatisfy { abs($0.reduce(0, +) - 1) < 1e-9 })
        let first = try #require(consensus.annotators.first)
        // Table 2 of the paper: the first observer's error rates.
        #expect((first.confusion[0][0] * 100).rounded() == 89 && (first.confusion[0][1] * 100).rounded() == 11)
        #expect((first.confusion[1][0] * 100).rounded() == 7 && (first.confusion[1][1] * 100).rounded() == 88)
        #expect(first.answers == 135)
    }

    @Test("with a prior it agrees with maximum likelihood on nine items of ten, and holds nothing impossible")
    func prior() {
        let likely = DawidSkene(prior: nil).consensus(Anaesthesia.table)
        let posterior = DawidSkene().consensus(Anaesthesia.table)

        #expect(zip(likely.items, posterior.items).filter { $0.label == $1.label }.count >= 40)
        #expect(posterior.annotators.allSatisfy { $0.confusion.joined().allSatisfy { $0 > 0 } })
    }

    @Test("it finds the good annotator among bad ones and makes fewer errors than the majority")
    func simulatedAnnotators() {
        let (answers, truth) = simulated(items: 400, accuracies: [0.97, 0.6, 0.55, 0.9], classes: 4, seed: 3)
        let table = AnswerTable(answers)

        let majority = MajorityVote().consensus(table)
        let consensus = DawidSkene().consensus(table)

        #expect(errors(consensus, truth) < errors(majority, truth))
        for (annotator, accuracy) in zip(consensus.annotators, [0.97, 0.6, 0.55, 0.9]) {
            #expect(abs(annotator.accuracy - accuracy) < 0.08)
        }
    }

    @Test("the order of the answers does not matter")
    func order() {
        var (answers, _) = simulated(items: 40, accuracies: [0.9, 0.7, 0.6], classes: 3, seed: 4)
        let before = DawidSkene().consensus(AnswerTable(answers))
        var generator = SeededGenerator(seed: 1)
        generator.shuffle(&answers)

        #expect(DawidSkene().consensus(AnswerTable(answers)) == before)
    }

    @Test("a gold item keeps its class and measures the annotators")
    func gold() throws {
        let answers =
            ["a", "b", "c"].map { AnswerTable.Answer(item: "x", annotator: $0, label: "cat") }
            + [AnswerTable.Answer(item: "y", annotator: "a", label: "dog")]
        let table = AnswerTable(answers, gold: ["x": "dog", "never asked": "cat"])

        for consensus in [DawidSkene().consensus(table), MajorityVote().consensus(table)] {
            let item = try #require(consensus.items.first)
            #expect(consensus.items.count == 2)
            #expect(item.label == "dog" && item.isGold && item.confidence == 1)
            #expect(item.votes == [3, 0])
            #expect(consensus.annotators.map(\.gold) == Array(repeating: Proportion(successes: 0, trials: 1), count: 3))
        }
    }

    @Test("two answers that differ are a tie, for the majority and without any other knowledge of the two")
    func tie() throws {
        let table = AnswerTable(
            [
                .init(item: "x", annotator: "a", label: "1"), .init(item: "x", annotator: "b", label: "2"),
            ], classes: ["1", "2", "3"])
        let majority = try #require(MajorityVote().consensus(table).items.first)

        #expect(majority.isTie && majority.label == "1" && majority.posterior == [0.5, 0.5, 0])
        #expect(DawidSkene().consensus(table).items.first?.isTie == true)
    }

    @Test("no answers give an empty consensus")
    func empty() {
        #expect(DawidSkene().consensus(AnswerTable([])).items.isEmpty)
        #expect(MajorityVote().consensus(AnswerTable([], classes: ["a", "b"])).items.isEmpty)
    }
}
