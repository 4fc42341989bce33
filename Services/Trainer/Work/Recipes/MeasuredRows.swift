import Contracts
import Evaluation
import OnnxRuntime

/// What a model says of rows that are given page by page, beside the truths.
struct MeasuredRows {
    let labels: LabelSet?
    private let scorer: Scorer
    /// Positions of the labels; -1 for one that is none of the choices.
    private(set) var truths: [Int] = []
    private(set) var numbers: [Double] = []
    private(set) var classes: [Int] = []
    private(set) var probabilities: [Double] = []
    /// What the model says where it answers with a number.
    private(set) var answers: [Double] = []
    private(set) var count = 0

    init(_ model: [UInt8], manifest: CapabilityManifest, runtime: Runtime) throws {
        labels = LabelSet(manifest)
        scorer = try Scorer(runtime: runtime, model: model, interface: manifest.interface, labels: labels)
    }

    /// Adds labeled rows.
    mutating func add(_ rows: [DatasetRow]) throws {
        let said = try scorer.predictions(of: rows)
        classes += said.classes
        probabilities += said.probabilities
        answers += said.numbers
        if let labels {
            truths += rows.map { labels.position(of: $0.label ?? .null) ?? -1 }
        } else {
            for row in rows { numbers.append(try row.number) }
        }
        count += rows.count
    }
}
