import Contracts
import Recipes
import Tensors
import Testing

@Suite("Features within the graph")
struct FeatureTests {
    @Test("means fill what is missing and colours become columns, as scikit-learn does it; an unknown colour is zeros")
    func table() throws {
        let table = try TableFixture()

        let features = try table.graph.extractor(try Engines.graphs()).features(table.all)

        #expect(difference(features.map { Double($0) }, table.vectors.table.features) < 1e-4)
        #expect(
            table.graph.plan.columnNames == [
                "numbers[0]", "numbers[1]", "numbers[2]", "colour = blue", "colour = green", "colour = grün", "colour = red",
            ])
        #expect(features.suffix(4) == [0, 0, 0, 0])
    }

    @Test("NaN is missing, too")
    func missing() throws {
        let table = try TableFixture()
        let inputs = [
            Tensor(name: "numbers", shape: [1, 3], floats: [.nan, 1, 2]), Tensor(name: "colour", shape: [1], strings: [Array("red".utf8)]),
        ]

        let features = try table.graph.extractor(try Engines.graphs()).features(inputs)
        let marked = try table.graph.extractor(try Engines.graphs()).features([
            Tensor(name: "numbers", shape: [1, 3], floats: [-999, 1, 2]), inputs[1],
        ])

        #expect(features == marked)
        #expect(!features.contains { !$0.isFinite })
    }

    @Test("a marker that single precision rounds is no part of the mean; one that nothing fills is refused")
    func roundedMarker() throws {
        let field = Interface.Field(name: "x", datatype: "FP32", shape: [-1, 1])
        var options = FeatureOptions()
        (options.fill, options.missing) = (.mean, -999.9)
        var survey = try FeatureSurvey([field], options: options)
        survey.add([Tensor(name: "x", shape: [4, 1], floats: [8, -999.9, 12, -999.9])])
        let plan = try survey.plan()
        options.fill = .none

        #expect(plan.inputs[0].encoding == .numbers(fill: [10], missing: Float(-999.9)))
        #expect(throws: RecipeError.input("x", expected: "imputed by mean or zero, since a number that means missing is given")) {
            _ = try FeatureSurvey([field], options: options)
        }
    }

    @Test("n-grams of words are hashed as scikit-learn's HashingVectorizer does it")
    func words() throws {
        let texts = try RecipeVectors.read().texts
        var options = FeatureOptions()
        options.texts = ["text"]
        options.buckets = texts.buckets
        let extractor = try graph(Interface.Field(name: "text", datatype: "BYTES", shape: [-1]), options).extractor(try Engines.graphs())

        let features = try extractor.features([
            Tensor(name: "text", shape: [texts.texts.count], strings: texts.texts.map { Array($0.utf8) })
        ])
        let empty = try extractor.features([Tensor(name: "text", shape: [2], strings: [[], [32]])])

        #expect(difference(features.map { Double($0) }, texts.features) < 1e-6)
        #expect(empty == Array(repeating: 0, count: 2 * texts.buckets))
    }

    @Test("an image is resized as Pillow does it, channels first, and normalised by channel")
    func image() throws {
        let picture = try RecipeVectors.read().image
        var options = FeatureOptions()
        options.imageSize = [5, 4]
        let field = Interface.Field(name: "pixels", datatype: "UINT8", shape: [-1, 12, 10, 3])
        let pixels = [Tensor(name: "pixels", datatype: .uint8, shape: [1, 12, 10, 3], raw: picture.pixels.map { UInt8($0) })]

        let plain = try graph(field, options).extractor(try Engines.graphs()).features(pixels)
        options.imageMeans = [0.5, 0.25, 0]
        options.imageDeviations = [2, 1, 0.5]
        let normal = try graph(field, options).extractor(try Engines.graphs()).features(pixels)

        #expect(difference(plain.map { Double($0) * 255 }, picture.resized) < 0.01)
        let expected = plain.enumerated().map { index, value in
            (value - [0.5, 0.25, 0][index / 20]) / [2, 1, 0.5][index / 20]
        }
        #expect(difference(normal.map { Double($0) }, expected.map { Double($0) }) < 1e-5)
    }

    @Test("a vector of floats needs no node")
    func plain() throws {
        let field = Interface.Field(name: "x", datatype: "FP32", shape: [-1, 4])

        let floats = try graph(field, FeatureOptions())
        let integers = try graph(Interface.Field(name: "x", datatype: "INT64", shape: [-1, 4]), FeatureOptions())
        #expect(floats.plan.isPlain)
        #expect(!integers.plan.isPlain)
    }

    @Test("whole numbers, truths and lone numbers become floats in their order")
    func numbers() throws {
        var survey = try FeatureSurvey(
            [
                Interface.Field(name: "a", datatype: "INT64", shape: [-1, 2]), Interface.Field(name: "b", datatype: "BOOL", shape: [-1]),
                Interface.Field(name: "c", datatype: "FP32", shape: [-1]),
            ], options: FeatureOptions())
        let rows = [
            Tensor(name: "a", shape: [2, 2], integers: [1, -2, 3, 4]), Tensor(name: "b", datatype: .bool, shape: [2], raw: [1, 0]),
            Tensor(name: "c", shape: [2], floats: [0.5, 7]),
        ]
        survey.add(rows)

        let features = try FeatureGraph(try survey.plan()).extractor(try Engines.graphs()).features(rows)

        #expect(features == [1, -2, 1, 0.5, 3, 4, 0, 7])
    }

    static let refused: [(Interface.Field, String)] = [
        (Interface.Field(name: "x", datatype: "FP16", shape: [-1, 2]), "of a type that recipes take, as FP32, INT64 or BYTES"),
        (Interface.Field(name: "x", datatype: "FP32", shape: [-1, -1]), "of a fixed number of elements a row"),
        (
            Interface.Field(name: "x", datatype: "UINT8", shape: [-1, -1, 8, 3]),
            "of a fixed height and width, or resized by imageSize: height and width"
        ),
    ]

    @Test("an input that cannot be features is refused by name", arguments: refused)
    func refusals(field: Interface.Field, expected: String) {
        #expect(throws: RecipeError.input("x", expected: expected)) { _ = try FeatureSurvey([field], options: FeatureOptions()) }
    }

    private func graph(_ field: Interface.Field, _ options: FeatureOptions) throws -> FeatureGraph {
        FeatureGraph(try FeatureSurvey([field], options: options).plan())
    }
}
