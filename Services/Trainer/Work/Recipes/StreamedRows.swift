import Contracts
import Evaluation
import Foundation
import Recipes

/// A dataset version that is too large for the memory of a run: its features are made page by page and kept in scratch files.
struct StreamedRows: Sendable {
    /// Values of a version that are held in memory at most: about a gigabyte as rows.
    static let valuesInMemory = 24 << 20

    let pages: VersionPages
    let recipes: RecipeFit
    let scratch: URL

    /// Whether an order's recipe learns from blocks of rows.
    static func canStream(_ order: RecipeOrder) -> Bool { [.softmaxRegression, .multilayerPerceptron, .kMeans].contains(order.recipe) }

    /// Whether an order's rows are streamed: there are too many of them to be held.
    static func isNeeded(_ order: RecipeOrder, _ version: DatasetVersion, limit: Int = valuesInMemory) -> Bool {
        guard canStream(order) else { return false }
        let rows = version.splits.values.reduce(0) { $0 + (order.recipe.needsLabels ? $1.labeled : $1.rows) }
        let width = order.manifest.interface.inputs.reduce(0) { $0 + ($1.elementsPerRow ?? 1) }
        return rows > limit / max(width, 1)
    }

    /// The features of all rows, in files, and which rows there were. Throws as ``RecipeFit/fit(_:rows:progress:)`` does.
    func material(_ order: RecipeOrder) async throws -> (material: RecipeMaterial, read: [DatasetRow]) {
        let maker = try recipes.maker(order)
        let (graph, read) = try await survey(maker)
        let train = try await features(.train, graph, maker, weighs: true)
        let validation = order.recipe.needsLabels ? try await features(.validation, graph, maker, weighs: false) : nil
        let material = RecipeMaterial(
            graph: graph, train: .file(train), validation: validation.flatMap { $0.count > 0 ? .file($0) : nil })
        return (material, read)
    }

    /// How a model does on the labeled rows of a split.
    func measure(_ model: [UInt8], _ order: RecipeOrder, split: Split) async throws -> ValidationMetrics {
        guard order.recipe.needsLabels else { return .none }
        var measured = try MeasuredRows(model, manifest: order.manifest, runtime: recipes.runtime)
        var last: String?
        while true {
            let page = try await pages.page(after: last, split: split)
            guard let end = page.last else { break }
            try measured.add(page)
            last = end.id
        }
        return try ValidationMetrics(measured, split: split.rawValue)
    }

    /// Passes over the training rows once, for what the encodings need, and keeps of every row which it was.
    private func survey(_ maker: FeatureMaker) async throws -> (FeatureGraph, [DatasetRow]) {
        var survey = try maker.survey()
        var read: [DatasetRow] = []
        var labels: Set<JSONValue> = []
        var last: String?
        while true {
            let page = try await pages.page(after: last)
            guard let end = page.last else { break }
            let train = page.filter { $0.split == "train" }
            if survey.needsRows { try maker.add(train, to: &survey) }
            if !maker.target.isNumber { labels.formUnion(train.compactMap(\.label)) }
            read += page.map { DatasetRow(id: $0.id, split: $0.split, input: [:], context: [:], label: $0.label) }
            last = end.id
        }
        try RecipeFit.check(read.count { $0.split == "train" }, labels, maker.order)
        return (try maker.graph(survey), read)
    }

    private func features(_ split: Split, _ graph: FeatureGraph, _ maker: FeatureMaker, weighs: Bool) async throws -> FeatureFile {
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        let extractor = try graph.extractor(maker.engine)
        var writer = try FeatureWriter(folder: scratch, columns: graph.plan.columns)
        var last: String?
        while true {
            let page = try await pages.page(after: last, split: split)
            guard let end = page.last else { break }
            try RowTensors.each(page, maker.order.manifest.interface) { range, tensors in
                let features = try extractor.features(tensors)
                let width = features.count / range.count
                for (index, row) in page[range].enumerated() {
                    let weight = weighs ? row.confidence.map { min(1, max(0, $0)) } : nil
                    try writer.append(
                        features[index * width..<(index + 1) * width], target: try maker.target.value(of: row), weight: weight)
                }
            }
            last = end.id
        }
        return try writer.finish(isNumber: maker.target.isNumber)
    }
}
