import LinearAlgebra
import Recipes
import Tensors
import Testing

@Suite("Recommendations as ONNX")
struct FactorTests {
    private static let names = (0..<12).map { "user \($0)" }
    private static let options = MatrixFactorization.Options(factors: 4, alpha: 10, regularization: 0.1, iterations: 8, seed: 2)

    /// Users like the items of their own third.
    private static let entries = (0..<12).flatMap { user in
        (0..<9).compactMap { item in
            (user * 7 + item * 5) % 4 == 0 ? nil : user % 3 == item % 3 ? Interactions.Entry(user: user, item: item, value: 2) : nil
        }
    }

    private func fit(_ ports: FactorPorts, options: MatrixFactorization.Options = options) throws -> FittedModel {
        try FactorFit(ports: ports).fit(
            users: .texts(Self.names.sorted()), items: .numbers((0..<9).map { 100 + Int64($0) }),
            interactions: Self.entries, options: options)
    }

    private func texts(_ names: [String]) -> Tensor { Tensor(name: "user", shape: [names.count], strings: names.map { Array($0.utf8) }) }

    @Test("the best items of the engine are those of the factors, with their scores")
    func ranking() throws {
        let fitted = try fit(.ranking(user: .init(name: "user", rank: 1), items: "items", scores: "scores", count: 3))
        let users = Self.names.sorted()

        let answers = try Engines.run(fitted.model, [texts(users)], ["items", "scores"])

        let rows = try Interactions(users: 12, items: 9, entries: Self.entries)
        let model = try MatrixFactorization.fit(rows, options: Self.options)
        let expected = try model.recommendations(for: Array(0..<12), count: 3)
        #expect(answers[0].shape == [12, 3])
        #expect(answers[0].elements(as: Int64.self) == expected.flatMap { $0.map { Int64(100 + $0.item) } })
        #expect(difference(answers[1].doubles ?? [], expected.flatMap { $0.map(\.score) }) < 1e-5)
    }

    @Test("a pair's score is that of the factors; somebody unknown has none")
    func scores() throws {
        let user = FactorPorts.Input(name: "user", rank: 1)
        let fitted = try fit(.score(user: user, item: .init(name: "item", rank: 2), NumberPort(name: "score", isColumn: false)))

        let answer = try Engines.run(
            fitted.model,
            [
                texts([Self.names.sorted()[4], "nobody", Self.names.sorted()[1]]),
                Tensor(name: "item", shape: [3, 1], integers: [102, 102, 999]),
            ],
            ["score"])[0]

        let rows = try Interactions(users: 12, items: 9, entries: Self.entries)
        let model = try MatrixFactorization.fit(rows, options: Self.options)
        #expect(difference(answer.doubles ?? [], [model.score(user: 4, item: 2), 0, 0]) < 1e-5)
    }

    @Test("explicit ratings have their mean taken off and added; an unknown pair is rated the mean")
    func explicit() throws {
        var options = Self.options
        options.feedback = .explicit
        let user = FactorPorts.Input(name: "user", rank: 1)
        let fitted = try fit(
            .score(user: user, item: .init(name: "item", rank: 1), NumberPort(name: "score", isColumn: false)), options: options)

        let answer = try Engines.run(fitted.model, [texts(["nobody"]), Tensor(name: "item", shape: [1], integers: [100])], ["score"])[0]

        #expect(answer.doubles == [2])
    }

    @Test("names are put in order once, and every occurrence has its index")
    func identities() {
        let (texts, places) = Identities.indexed(["b", "ä", "a", "b"])
        let (numbers, indices) = Identities.indexed([7, -1, 7])

        #expect(texts == .texts(["a", "b", "ä"]))
        #expect(places == [1, 2, 0, 1])
        #expect(numbers == .numbers([-1, 7]))
        #expect(indices == [1, 0, 1])
    }
}
