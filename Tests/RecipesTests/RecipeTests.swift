import Contracts
import LinearAlgebra
import Recipes
import Tensors
import Testing
import TreeBoosting

@Suite("Recipes, against scikit-learn and XGBoost")
struct RecipeTests {
    @Test("softmax regression answers with scikit-learn's probabilities, the preprocessing in the graph")
    func softmax() throws {
        let table = try TableFixture()
        let options = SoftmaxRegression.Options(l2: table.vectors.softmax.l2, maximumIterations: 1_000, gradientTolerance: 1e-9)
        let method = ClassifierMethod.softmax(options, streamed: MiniBatchOptions())

        let fitted = try ClassifierFit(graph: table.graph, ports: TableFixture.classes).fit(
            method, train: .memory(table.train), validation: nil)
        let answers = try Engines.run(fitted.model, table.held, ["p", "label"])

        #expect(difference(answers[0].doubles ?? [], table.vectors.softmax.probabilities) < 1e-4)
        let best = Matrix(rows: 60, columns: 3, elements: table.vectors.softmax.probabilities).largestColumns
        #expect(answers[1].elements(as: Int64.self) == best.map { TableFixture.classes.codes[$0] })
        #expect(fitted.curve.count > 3)
        #expect(fitted.importances.method == .permutation)
        #expect(fitted.importances.features.map(\.feature).prefix(2).sorted() == ["numbers[0]", "numbers[1]"])
    }

    @Test("ridge regression answers with scikit-learn's numbers, as a vector or a column", arguments: [true, false])
    func ridge(isColumn: Bool) throws {
        let table = try TableFixture()

        let fitted = try NumberFit(graph: table.graph, port: NumberPort(name: "y", isColumn: isColumn)).fit(
            .ridge(l2: table.vectors.ridge.alpha, standardizes: true), train: .memory(table.train), validation: nil)
        let answer = try Engines.run(fitted.model, table.held, ["y"])[0]

        #expect(difference(answer.doubles ?? [], table.vectors.ridge.predictions) < 1e-4)
        #expect(answer.shape == (isColumn ? [60, 1] : [60]))
    }

    private func options(_ objective: BoostingOptions.Objective) -> BoostingOptions {
        var options = BoostingOptions(objective)
        (options.rounds, options.depth, options.rowShare, options.columnShare, options.seed) = (12, 4, 0.8, 0.8, 3)
        return options
    }

    @Test("trees answer as XGBoost in Python does: three classes, two, and a number")
    func trees() throws {
        let table = try TableFixture()
        let library = try Engines.boosting.get()
        let three = ClassifierFit(graph: table.graph, ports: TableFixture.classes, library: library)
        let two = ClassifierFit(graph: table.graph, ports: TableFixture.two, library: library)
        let number = NumberFit(graph: table.graph, port: TableFixture.number, library: library)

        let classes = try three.fit(.trees(options(.classes(3))), train: .memory(table.train), validation: nil)
        let pair = try two.fit(.trees(options(.classes(2))), train: .memory(table.pairs), validation: nil)
        let value = try number.fit(.trees(options(.number)), train: .memory(table.train), validation: nil)

        let vectors = table.vectors.trees
        let each = try Engines.run(classes.model, table.held, ["p"])[0].doubles ?? []
        #expect(difference(each, vectors.classes) < 1e-5)
        let both = try Engines.run(pair.model, table.held, ["p"])[0].doubles ?? []
        #expect(difference(both.indices.filter { $0 % 2 == 1 }.map { both[$0] }, vectors.two) < 1e-5)
        let values = try Engines.run(value.model, table.held, ["y"])[0].doubles ?? []
        #expect(difference(values, vectors.number) < 1e-4)
        #expect(classes.facts["XGBoost"] == library.version)
        #expect(classes.curve.count == 12)
    }

    @Test("trees send a missing value where the library sends it, and our walk agrees with the engine")
    func missing() throws {
        let table = try TableFixture()
        let features = table.train.features.elements.enumerated().map { $0 % 5 == 0 ? Float.nan : Float($1) }
        let rows = try BoostingRows(features: features, columns: 7, targets: table.train.labels.map { Float($0) })
        var given = options(.classes(3))
        given.rounds = 5
        let model = try BoostedTrees.fit(rows, options: given, library: try Engines.boosting.get())
        let plan = FeatureGraph(
            FeaturePlan(inputs: [
                FeatureInput(field: .init(name: "x", datatype: "FP32", shape: [-1, 7]), encoding: .numbers(fill: nil, missing: nil))
            ]))

        let fitted = try ClassifierFit(graph: plan, ports: TableFixture.classes, library: try Engines.boosting.get()).fit(
            .trees(given),
            train: .memory(
                FeatureRows(
                    features: Matrix(rows: rows.count, columns: 7, elements: features.map { Double($0) }), labels: table.train.labels)),
            validation: nil)
        let answer = try Engines.run(fitted.model, [Tensor(name: "x", shape: [rows.count, 7], floats: features)], ["p"])[0]

        #expect(difference(answer.doubles ?? [], model.probabilities(features).map { Double($0) }) < 1e-5)
    }

    @Test("trees stop where the validation loss stops falling, and keep the best round")
    func stopping() throws {
        let table = try TableFixture()
        var given = options(.classes(3))
        (given.rounds, given.patience, given.learningRate) = (400, 5, 0.5)
        let rows = try BoostingRows(
            features: table.train.features.elements.map { Float($0) }, columns: 7, targets: table.train.labels.map { Float($0) })
        // Labels turned round: the more is learned, the worse they are met.
        let held = try BoostingRows(features: rows.features, columns: 7, targets: rows.targets.map { 2 - $0 })
        var steps: [BoostingStep] = []

        let model = try BoostedTrees.fit(rows, validation: held, options: given, library: try Engines.boosting.get()) { steps.append($0) }

        let best = steps.min { ($0.validationLoss ?? 0) < ($1.validationLoss ?? 0) }
        #expect(steps.count == (best?.round ?? 0) + 5)
        #expect(model.trees.count == (best?.round ?? 0) * 3)
    }

    @Test("segments of the engine are those of the fit, with the distances")
    func segments() throws {
        let table = try TableFixture()
        let fit = SegmentFit(graph: table.graph, ports: SegmentPorts(segment: "segment", distances: "distances"))

        let fitted = try fit.fit(
            KMeans.Options(clusters: 4, restarts: 3, seed: 5), standardizes: true, passes: 3, train: .memory(table.train))
        let answers = try Engines.run(fitted.model, table.held, ["segment", "distances"])

        let scaling = Standardization(table.train.features)
        let held = try table.graph.extractor(try Engines.graphs()).features(table.held).map { Double($0) }
        let model = try KMeans.fit(
            features: scaling.applied(to: table.train.features), options: KMeans.Options(clusters: 4, restarts: 3, seed: 5))
        let rows = scaling.applied(to: Matrix(rows: 60, columns: 7, elements: held))
        let assignments = try model.assignments(rows)
        let squares = try model.squaredDistances(rows)
        #expect(answers[0].elements(as: Int64.self).map { Int($0) } == assignments)
        let distances = answers[1].doubles ?? []
        let nearest = (0..<60).map { distances[$0 * 4..<$0 * 4 + 4].min() ?? -1 }
        #expect(difference(nearest, squares.map { $0.squareRoot() }) < 1e-3)
        #expect(abs((Double(fitted.facts["inertia"] ?? "") ?? 0) - model.inertia) < 1e-9)
    }

    @Test("the same rows and seed give the same bytes; another seed gives others", arguments: ["perceptron", "trees", "segments"])
    func determinism(recipe: String) throws {
        let table = try TableFixture()
        func model(seed: Int) throws -> [UInt8] {
            switch recipe {
            case "segments":
                let fit = SegmentFit(graph: table.graph, ports: SegmentPorts(segment: "s", distances: nil))
                return try fit.fit(
                    KMeans.Options(clusters: 12, seed: UInt64(seed)), standardizes: true, passes: 3, train: .memory(table.train)
                ).model
            case "trees":
                var given = options(.classes(3))
                given.seed = seed
                return try classifier(.trees(given), table)
            default:
                let given = MiniBatchOptions(epochs: 5, seed: UInt64(seed))
                return try classifier(.perceptron(hidden: [8], given), table)
            }
        }

        let first = try model(seed: 1)

        let second = try model(seed: 1)
        let other = try model(seed: 2)
        #expect(second == first)
        #expect(other != first)
    }

    private func classifier(_ method: ClassifierMethod, _ table: TableFixture) throws -> [UInt8] {
        try ClassifierFit(graph: table.graph, ports: TableFixture.classes, library: try Engines.boosting.get()).fit(
            method, train: .memory(table.train), validation: nil
        ).model
    }

    @Test("a capability may give its tensors any name")
    func names() throws {
        let field = Interface.Field(name: "constant_0", datatype: "FP32", shape: [-1, 7])
        let graph = FeatureGraph(try FeatureSurvey([field], options: FeatureOptions()).plan())
        let table = try TableFixture()
        let ports = ClassifierPorts(label: "best", probabilities: "constant_1", codes: [1, 2, 3])

        let fitted = try ClassifierFit(graph: graph, ports: ports).fit(
            .softmax(.init(), streamed: .init()), train: .memory(table.train), validation: nil)
        let answer = try Engines.run(
            fitted.model, [Tensor(name: "constant_0", shape: [1, 7], floats: Array(repeating: 0, count: 7))], ["best"])

        #expect(answer[0].count == 1)
    }

    @Test("a missing library is a fault of its own; one that is none says so")
    func library() throws {
        let table = try TableFixture()

        #expect(throws: BoostingError.self) {
            _ = try ClassifierFit(graph: table.graph, ports: TableFixture.classes).fit(
                .trees(options(.classes(3))), train: .memory(table.train), validation: nil)
        }
        #expect(throws: BoostingError.self) { _ = try BoostingLibrary(path: "/nowhere/libxgboost.so") }
    }
}
