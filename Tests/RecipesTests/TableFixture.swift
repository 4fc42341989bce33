import Contracts
import LinearAlgebra
import Recipes
import Tensors

/// The vectors' table as a capability's rows: three numbers of which some are missing, and a colour.
struct TableFixture {
    let vectors: RecipeVectors
    let graph: FeatureGraph
    let train: FeatureRows
    let held: [Tensor]
    let all: [Tensor]

    static let fields = [
        Interface.Field(name: "numbers", datatype: "FP32", shape: [-1, 3]), Interface.Field(name: "colour", datatype: "BYTES", shape: [-1]),
    ]

    init() throws {
        vectors = try RecipeVectors.read()
        let rows = vectors.table
        let floats = rows.numbers.map { Float($0) }
        all = [
            Tensor(name: "numbers", shape: [rows.colours.count, 3], floats: floats),
            Tensor(name: "colour", shape: [rows.colours.count], strings: rows.colours.map { Array($0.utf8) }),
        ]
        let training = all.map { $0.rows(0..<rows.train) }
        held = all.map { $0.rows(rows.train..<rows.colours.count) }
        var options = FeatureOptions()
        options.fill = .mean
        options.missing = rows.missing
        var survey = try FeatureSurvey(Self.fields, options: options)
        survey.add(training)
        graph = FeatureGraph(try survey.plan())
        let features = try graph.extractor(try Engines.graphs()).features(training)
        train = FeatureRows(
            features: Matrix(rows: rows.train, columns: graph.plan.columns, elements: features.map { Double($0) }),
            labels: Array(rows.labels.prefix(rows.train)), targets: Array(rows.targets.prefix(rows.train)))
    }

    static let classes = ClassifierPorts(label: "label", probabilities: "p", codes: [10, 20, 30])
    static let two = ClassifierPorts(label: "label", probabilities: "p", codes: [0, 1])
    static let number = NumberPort(name: "y", isColumn: false)

    /// The training rows as a classifier of class 1 against the rest.
    var pairs: FeatureRows { FeatureRows(features: train.features, labels: train.labels.map { $0 == 1 ? 1 : 0 }) }
}
