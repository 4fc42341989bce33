import LinearAlgebra
import Testing

/// Expected numbers: implicit 0.7.3, AlternatingLeastSquares(use_cg = False) in double precision, and ridge regressions of scikit-learn 1.9.1
/// for explicit feedback; scores agree to 1e-9.
@Suite("Matrix factorisation", .serialized)
struct MatrixFactorizationTests {
    private let options = MatrixFactorization.Options(factors: 4, alpha: 2, regularization: 0.1, iterations: 5)

    /// 24 users x 15 items; user 5 and item 7 have none.
    private func interactions(_ change: ([Interactions.Entry]) -> [Interactions.Entry] = { $0 }) throws -> Interactions {
        BLAS.setThreads(1)
        let numbers = Fixture.numbers(24 * 15, seed: 11)
        let entries = numbers.indices.filter { numbers[$0] > 0.7 && $0 / 15 != 5 && $0 % 15 != 7 }
            .map { Interactions.Entry(user: $0 / 15, item: $0 % 15, value: (numbers[$0] * 10).rounded(.down) - 6) }
        return try Interactions(users: 24, items: 15, entries: change(entries))
    }

    private var start: Matrix<Double> {
        Matrix(rows: 15, columns: 4, elements: Fixture.numbers(60, seed: 13).map { ($0 - 0.5) * 0.2 })
    }

    private func scores(_ model: MatrixFactorization) -> [Double] {
        model.userFactors.multiplied(by: model.itemFactors, transposingOther: true).elements
    }

    @Test("implicit feedback agrees with the implicit package: scores, objective and recommendations")
    func implicit() throws {
        let expected = try RecipeVectors.read().implicit
        let interactions = try interactions()

        let model = try MatrixFactorization.fit(interactions, options: options, initialItems: start)

        let users = (0..<24).filter { $0 != 5 }
        let recommended = try model.recommendations(for: users, count: 3, excluding: interactions).map { $0.map(\.item) }
        #expect(largestDifference(scores(model), expected.scores) < 1e-9)
        #expect(abs(model.loss - expected.objective) < 1e-8)
        #expect(recommended == users.map { expected.recommended[$0] })
    }

    @Test("explicit feedback agrees with alternating ridge regressions")
    func explicit() throws {
        var options = options
        options.feedback = .explicit

        let model = try MatrixFactorization.fit(interactions(), options: options, initialItems: start)

        #expect(largestDifference(scores(model), try RecipeVectors.read().explicit.scores) < 1e-9)
    }

    @Test("the objective never rises", arguments: [MatrixFactorization.Feedback.implicit, .explicit], 0..<4)
    func falling(feedback: MatrixFactorization.Feedback, seed: UInt64) throws {
        var course: [Double] = []
        let options = MatrixFactorization.Options(
            feedback: feedback, factors: 6, alpha: 10, regularization: 0.5, iterations: 20, seed: seed)

        let model = try MatrixFactorization.fit(interactions(), options: options) { course.append($0.loss) }

        for (before, after) in zip(course, course.dropFirst()) { #expect(after <= before * (1 + 1e-12)) }
        #expect(course.count == 20 && course[19] < course[0])
        #expect(model.loss == course[19])
    }

    @Test("the same seed gives the same bytes, another seed does not, and the order of entries does not count")
    func seeds() throws {
        var other = options
        other.seed = 1
        let model = try MatrixFactorization.fit(interactions(), options: options)

        #expect(try MatrixFactorization.fit(interactions(), options: options) == model)
        #expect(try MatrixFactorization.fit(interactions { $0.reversed() }, options: options) == model)
        #expect(try MatrixFactorization.fit(interactions(), options: other) != model)
    }

    @Test("a user without interactions gets zeros, and the lower items first")
    func emptyUser() throws {
        let model = try MatrixFactorization.fit(interactions(), options: options)

        #expect(model.userFactors.row(5).allSatisfy { $0 == 0 })
        #expect(model.itemFactors.row(7).allSatisfy { $0 == 0 })
        #expect(try model.recommendations(for: [5], count: 3)[0].map(\.item) == [0, 1, 2])
    }

    @Test("recommendations are the greatest scores, without what the user has")
    func top() throws {
        let interactions = try interactions()
        let model = try MatrixFactorization.fit(interactions, options: options)
        for user in 0..<24 {
            let seen = Set(interactions.items(of: user))
            let expected = (0..<15).filter { !seen.contains($0) }.sorted {
                (-model.score(user: user, item: $0), $0) < (-model.score(user: user, item: $1), $1)
            }

            let given = try model.recommendations(for: [user], count: 20, excluding: interactions)[0]

            #expect(user == 5 || given.map(\.item) == expected)
            #expect(given.allSatisfy { abs($0.score - model.score(user: user, item: $0.item)) < 1e-12 })
        }
    }

    @Test("a new user with a fitted user's interactions gets the factors that solve for them")
    func newUser() throws {
        var converged = options
        converged.iterations = 400
        let interactions = try interactions()
        let model = try MatrixFactorization.fit(interactions, options: converged)
        let seen = Dictionary(uniqueKeysWithValues: zip(interactions.items(of: 3), interactions.values(of: 3)))

        #expect(largestDifference(try model.factors(of: seen), Array(model.userFactors.row(3))) < 1e-4)
    }

    @Test("entries of the same pair are added up")
    func sums() throws {
        let both = try Interactions(
            users: 1, items: 2, entries: [.init(user: 0, item: 1, value: 2), .init(user: 0, item: 0), .init(user: 0, item: 1, value: 3)])

        #expect(both.count == 2)
        #expect(Array(both.items(of: 0)) == [0, 1])
        #expect(Array(both.values(of: 0)) == [1, 5])
    }

    @Test("what cannot be factorised is refused with what was expected")
    func refusals() throws {
        #expect(throws: TrainingError.empty) { try Interactions(users: 2, items: 2, entries: []) }
        #expect(throws: TrainingError.invalid(option: "the item of entry 0", expected: "in 0 ..< 2")) {
            try Interactions(users: 2, items: 2, entries: [.init(user: 0, item: 2)])
        }
        #expect(throws: TrainingError.notFinite(row: 0)) {
            try Interactions(users: 2, items: 2, entries: [.init(user: 0, item: 0, value: .infinity)])
        }
        let negative = try Interactions(users: 2, items: 2, entries: [.init(user: 0, item: 0, value: -1)])
        #expect(throws: TrainingError.invalid(option: "values", expected: "at least 0 for implicit feedback")) {
            try MatrixFactorization.fit(negative, options: options)
        }
        #expect(throws: TrainingError.invalid(option: "regularization", expected: "above 0")) {
            try MatrixFactorization.fit(interactions(), options: .init(regularization: 0))
        }
        let model = try MatrixFactorization.fit(interactions(), options: options)
        #expect(throws: TrainingError.invalid(option: "user 24", expected: "in 0 ..< 24")) {
            try model.recommendations(for: [24], count: 1)
        }
    }

    @Test("a thrown error in progress ends the fit")
    func stopped() {
        struct Stop: Error {}
        #expect(throws: Stop.self) { try MatrixFactorization.fit(interactions(), options: options) { _ in throw Stop() } }
    }
}
