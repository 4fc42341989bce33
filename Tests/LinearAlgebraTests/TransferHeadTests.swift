import Foundation
import Testing

@testable import LinearAlgebra

@Suite("Transfer head", .serialized)
struct TransferHeadTests {
    private let fixture = Fixture()

    @Test("losses of held-out rows agree with scikit-learn 1.9.1's for each penalty, to 1e-6")
    func reference() throws {
        BLAS.setThreads(1)
        let expected = try RecipeVectors.read().transfer
        let options = TransferHead.Options(penalties: expected.penalties.reversed(), standardizes: false)

        let head = try TransferHead.fit(
            embeddings: fixture.features, labels: fixture.labels, classes: 3, options: options, assignment: (0..<90).map { $0 % 5 },
            tolerance: 1e-10)

        #expect(head.candidates.map(\.l2) == expected.penalties)
        #expect(largestDifference(head.candidates.map(\.meanLoss), expected.losses) < 1e-6)
        #expect(head.l2 == 0.01)
        #expect(head.candidates.allSatisfy { $0.standardError > 0.01 && $0.standardError < 0.2 })
    }

    @Test("the model is the softmax regression with the chosen penalty")
    func model() throws {
        let head = try TransferHead.fit(embeddings: fixture.features, labels: fixture.labels, classes: 3)
        let direct = try SoftmaxRegression.fit(
            features: fixture.features, labels: fixture.labels, classes: 3, options: .init(l2: head.l2))

        #expect(head.model == direct)
        #expect(head.l2 == head.candidates.min { $0.meanLoss < $1.meanLoss }?.l2)
    }

    @Test("the same seed gives the same bytes and another seed other folds")
    func seeds() throws {
        func fit(seed: UInt64) throws -> TransferHead {
            try TransferHead.fit(embeddings: fixture.features, labels: fixture.labels, classes: 3, options: .init(seed: seed))
        }

        #expect(try fit(seed: 1) == fit(seed: 1))
        #expect(try fit(seed: 1).candidates != fit(seed: 2).candidates)
    }

    @Test("folds hold every class as evenly as they can")
    func folds() {
        let labels = (0..<100).map { $0 % 10 == 0 ? 0 : $0 % 2 == 0 ? 1 : 2 }
        let assignment = StratifiedFolds.assign(labels, classes: 3, folds: 5, seed: 3)

        for label in 0..<3 {
            let counts = (0..<5).map { fold in labels.indices.filter { labels[$0] == label && assignment[$0] == fold }.count }
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
        }
    }

    @Test("a hundred rows of 512 numbers, mostly noise, are learned in about a second", .timeLimit(.minutes(1)))
    func few() throws {
        BLAS.setThreads(1)
        let labels = (0..<200).map { $0 % 4 }
        let noise = Fixture.numbers(200 * 512, seed: 5)
        let elements = noise.indices.map { index in
            noise[index] * 2 - 1 + (index % 512 % 16 == labels[index / 512] ? 0.6 : 0)
        }
        let all = Matrix(rows: 200, columns: 512, elements: elements)
        let clock = ContinuousClock()
        var steps = 0

        let start = clock.now
        let head = try TransferHead.fit(
            embeddings: all.picking(Array(0..<100)), labels: Array(labels[..<100]), classes: 4
        ) { _ in steps += 1 }
        let elapsed = start.duration(to: clock.now)

        let right = zip(head.model.predictions(all.picking(Array(100..<200))), labels[100...]).filter { $0 == $1 }.count
        #expect(right >= 85)
        #expect(steps > 5)
        // Without optimisation and beside other tests it takes a few times what it takes alone.
        #expect(elapsed < .seconds(10))
    }

    @Test("rows that cannot be learned from are refused with what was expected")
    func refusals() {
        let rows = Matrix<Double>(rows: 3, columns: 1, elements: [0, 1, 2])
        #expect(throws: TrainingError.invalid(option: "labels", expected: "of at least 2 classes")) {
            try TransferHead.fit(embeddings: rows, labels: [1, 1, 1], classes: 2)
        }
        #expect(throws: TrainingError.invalid(option: "penalties", expected: "one or more numbers above 0")) {
            try TransferHead.fit(embeddings: rows, labels: [0, 1, 1], classes: 2, options: .init(penalties: [0]))
        }
        #expect(throws: TrainingError.invalid(option: "folds", expected: "at least 2")) {
            try TransferHead.fit(embeddings: rows, labels: [0, 1, 1], classes: 2, options: .init(folds: 1))
        }
        #expect(throws: TrainingError.labelOutOfRange(row: 2, value: 5, classes: 2)) {
            try TransferHead.fit(embeddings: rows, labels: [0, 1, 5], classes: 2)
        }
    }

    @Test("a thrown error in progress ends the fit")
    func stopped() {
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try TransferHead.fit(embeddings: fixture.features, labels: fixture.labels, classes: 3) { _ in throw Stop() }
        }
    }
}
