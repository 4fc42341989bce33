import Contracts
import Slices
import Statistics

/// A model under test, what it said, and what it is judged by.
struct Subject: Sendable {
    let manifest: CapabilityManifest
    /// Nil where the capability answers with numbers.
    let labels: LabelSet?
    /// Labeled rows of the test split: those that count.
    let rows: [DatasetRow]
    /// Every row of the dataset version, other splits and rows without a label included.
    let allRows: [DatasetRow]
    /// What the model said of `rows`, in their order.
    let candidate: Predictions
    let truths: Truths
    /// The tensors of `rows`; empty where only predictions are at hand.
    let inputs: InputTable
    /// Nil where only predictions are at hand.
    let model: ModelUnderTest?
    let machine: MachineMeasure?
    private let variants: [String: [UInt8]]
    let slices: SliceSet
    private let rivals: [String: Rival]
    private let preferences: [String: [DatasetRow]]
    private let pairs: [String: [KPIPair]]
    /// Rows of each slice that a test names.
    private let members: [String: [Int]]

    init(
        suite: TestSuite, material: SuiteMaterial, rows: [DatasetRow], candidate: Predictions, rivals: [String: Rival],
        inputs: InputTable = InputTable(), model: ModelUnderTest? = nil
    ) throws(EvaluationError) {
        guard candidate.count == rows.count else { throw .model("it answered \(candidate.count) of \(rows.count) rows") }
        manifest = suite.manifest
        labels = suite.labels
        slices = suite.slices
        self.rows = rows
        self.candidate = candidate
        self.inputs = inputs
        self.model = model
        self.rivals = rivals
        allRows = material.rows
        machine = material.machine
        variants = material.variants
        preferences = material.preferences
        pairs = material.kpis
        truths = try Truths(rows, labels: suite.labels)
        let named = Set((suite.manifest.tests ?? []).compactMap(\.slice))
        members = Dictionary(uniqueKeysWithValues: named.map { ($0, suite.slices.members(of: $0, rows, candidate)) })
    }

    /// Indices of the rows of a slice; of all rows where none is named.
    func positions(of slice: String?) -> [Int] {
        guard let slice else { return Array(rows.indices) }
        return members[slice] ?? slices.members(of: slice, rows, candidate)
    }

    /// The file that a test of time, size or memory means: the model's own, or that of a device variant; nil where there is none.
    func file(of test: TestSpec) -> [UInt8]? { test.variant.map { variants[$0] } ?? model?.bytes }

    /// What an alias's model said of the same rows.
    func champion(_ alias: String) -> Champion { rivals[alias]?.said ?? .absent }

    /// An alias's model, where it can be run.
    func rival(_ alias: String) -> ModelUnderTest? { rivals[alias]?.model }

    /// Rows of a dataset of preferences; nil where it was not given.
    func preferences(_ dataset: String) -> [DatasetRow]? { preferences[dataset] }

    /// What was measured off line and live of earlier versions; empty where nothing was.
    func pairs(of kpi: String) -> [KPIPair] { pairs[kpi] ?? [] }

    /// Runs the model on tensors.
    func predictions(_ inputs: InputTable) throws -> Predictions { try runnable().scorer.predictions(inputs) }

    /// Runs the model on rows.
    func predictions(of rows: [DatasetRow]) throws -> Predictions { try runnable().scorer.predictions(of: rows) }

    /// The model, where there is one to run.
    func runnable() throws(EvaluationError) -> ModelUnderTest {
        guard let model else { throw .model("only its predictions are at hand, and the test runs it") }
        return model
    }
}

extension SliceSet {
    /// Indices of the rows that a slice's predicate holds for.
    func members(of slice: String, _ rows: [DatasetRow], _ predictions: Predictions?) -> [Int] {
        guard let predicate = self[slice]?.where.compiled() else { return [] }
        return rows.indices.filter { index in
            let row = rows[index]
            return predicate { field in
                switch field.scope {
                case .label: row.label
                case .context: row.context[field.name]
                case .input: row.input[field.name]
                case .prediction: predictions?.outputs[field.name]?[index]
                }
            } == .true
        }
    }
}
