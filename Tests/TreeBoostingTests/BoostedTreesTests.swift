import Foundation
import TestSupport
import Testing
import TreeBoosting

@Suite("Boosted trees")
struct BoostedTreesTests {
    private static let library = Result {
        let given = ProcessInfo.processInfo.environment["MESH_XGBOOST"]
        return try BoostingLibrary(path: given ?? Checkout.root.appending(path: ".mesh/lib/libxgboost.so").path)
    }

    private static let columns = 3
    private static let features = (0..<120 * columns).map { Float(($0 * 37) % 101) / 50 - 1 }
    private static let labels = (0..<120).map { row -> Float in
        let sum: Float = features[row * columns] + features[row * columns + 1]
        return sum > 0.4 ? 2 : sum > -0.4 ? 1 : 0
    }

    private func rows(_ targets: [Float] = labels, weights: [Float]? = nil) throws -> BoostingRows {
        try BoostingRows(features: Self.features, columns: Self.columns, targets: targets, weights: weights)
    }

    private func options(_ objective: BoostingOptions.Objective, rounds: Int = 10) -> BoostingOptions {
        var options = BoostingOptions(objective)
        (options.rounds, options.depth) = (rounds, 3)
        return options
    }

    @Test("the loss that the library tells is that of the probabilities that the trees give")
    func loss() throws {
        let model = try BoostedTrees.fit(rows(), options: options(.classes(3)), library: Self.library.get())

        let probabilities = model.probabilities(Self.features)
        let losses = Self.labels.enumerated().map { -log(Double(probabilities[$0 * 3 + Int($1)])) }
        let mean = losses.reduce(0, +) / Double(losses.count)

        #expect(abs(mean - model.loss) < 1e-4)
        #expect(model.loss < 0.5)
        #expect(model.trees.count == 30)
        #expect(model.outputs.prefix(4) == [0, 1, 2, 0])
    }

    @Test("two classes have one output, a number has its root mean squared error as loss")
    func outputs() throws {
        let library = try Self.library.get()
        let two = try BoostedTrees.fit(rows(Self.labels.map { $0 == 2 ? 1 : 0 }), options: options(.classes(2)), library: library)
        let number = try BoostedTrees.fit(rows(), options: options(.number), library: library)

        let squares = zip(number.margins(Self.features), Self.labels).map { Double(($0 - $1) * ($0 - $1)) }
        let root = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
        #expect(two.bases.count == 1)
        #expect(two.probabilities(Self.features).count == 240)
        #expect(abs(root - number.loss) < 1e-4)
    }

    @Test("a row of weight 0 is as if it were not there")
    func weights() throws {
        let half = 60
        let spoiled = Self.labels.enumerated().map { $0 < half ? $1 : 2 - $1 }
        let weighted = try rows(spoiled, weights: (0..<120).map { $0 < half ? 1 : 0 })
        let alone = try BoostingRows(
            features: Array(Self.features.prefix(half * Self.columns)), columns: Self.columns, targets: Array(Self.labels.prefix(half)))
        var given = options(.classes(3))
        // The exact cuts of a histogram depend on all rows; with a bin for every value they do not matter.
        given.bins = 1_024

        let first = try BoostedTrees.fit(weighted, options: given, library: Self.library.get())
        let second = try BoostedTrees.fit(alone, options: given, library: Self.library.get())

        #expect(abs(first.loss - second.loss) < 0.02)
    }

    @Test("what cannot be learned from is refused before the library is asked")
    func refusals() throws {
        let library = try Self.library.get()

        #expect(throws: BoostingError.invalid("features", expected: "rows x columns")) {
            _ = try BoostingRows(features: [1, 2, 3], columns: 2, targets: [0])
        }
        #expect(throws: BoostingError.invalid("targets", expected: "finite")) {
            _ = try BoostingRows(features: [1], columns: 1, targets: [.nan])
        }
        #expect(throws: BoostingError.invalid("targets", expected: "whole numbers in 0 ..< 2")) {
            _ = try BoostedTrees.fit(try rows(), options: options(.classes(2)), library: library)
        }
        #expect(throws: BoostingError.self) { _ = try BoostingLibrary(path: "/nowhere/libxgboost.so") }
    }

    @Test("what the library refuses is passed on in its words")
    func words() throws {
        var given = options(.number)
        given.rowShare = 2

        #expect(throws: BoostingError.self) { _ = try BoostedTrees.fit(try rows(), options: given, library: Self.library.get()) }
    }
}
