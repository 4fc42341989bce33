import Contracts
import Evaluation
import LinearAlgebra
import Recipes
import Tensors

/// Makes features of rows by the graph that will be exported, run by the engine that will serve it.
struct FeatureMaker: Sendable {
    /// Features that are held in memory at most: about a gigabyte, since they are there in two precisions.
    static let valuesInMemory = 64 << 20

    let order: RecipeOrder
    let engine: GraphEngine
    let target: RowTarget

    func material(train: [DatasetRow], validation: [DatasetRow]) throws -> RecipeMaterial {
        let graph = try graph(train)
        guard !Self.isTooLarge(train.count + validation.count, graph) else {
            throw JobFailure(
                "\(train.count + validation.count) rows of \(graph.plan.columns) features do not fit in memory: ask for fewer "
                    + "features (textBuckets, maximumCategories, imageSize), or for a recipe that reads rows page by page.")
        }
        let extractor = try graph.extractor(engine)
        var embeddings = order.embeddings
        let first = try features(train, extractor, &embeddings)
        let second = try features(validation, extractor, &embeddings)
        return RecipeMaterial(
            graph: graph, train: .memory(try labeled(train, first, weighs: true)),
            validation: validation.isEmpty ? nil : .memory(try labeled(validation, second, weighs: false)),
            embeddings: embeddings.computed)
    }

    /// Whether so many rows have more features than are held in memory. Those that a backbone gives are few, whatever it reads.
    static func isTooLarge(_ rows: Int, _ graph: FeatureGraph) -> Bool {
        graph.backbone == nil && rows > valuesInMemory / max(graph.plan.columns, 1)
    }

    /// What becomes of the inputs, as the training rows say.
    func graph(_ train: [DatasetRow]) throws -> FeatureGraph {
        var survey = try survey()
        if survey.needsRows { try add(train, to: &survey) }
        return try graph(survey)
    }

    func survey() throws -> FeatureSurvey {
        try FeatureSurvey(order.manifest.interface.inputs, options: FeatureOptions(order.parameters))
    }

    func add(_ rows: [DatasetRow], to survey: inout FeatureSurvey) throws {
        try RowTensors.each(rows, order.manifest.interface) { survey.add($1) }
    }

    func graph(_ survey: FeatureSurvey) throws -> FeatureGraph {
        let backbone = try order.backbone.map {
            try Backbone(bytes: $0, output: order.parameters["backboneOutput"]?.stringValue)
        }
        return FeatureGraph(try survey.plan(), backbone: backbone)
    }

    private func features(_ rows: [DatasetRow], _ extractor: FeatureExtractor, _ embeddings: inout Embeddings) throws -> [Float] {
        guard order.backbone != nil else {
            var all: [Float] = []
            try RowTensors.each(rows, order.manifest.interface) { all += try extractor.features($1) }
            return all
        }
        return try embedded(rows, extractor, &embeddings)
    }

    /// Runs the backbone on rows that it has not seen; the rest is known.
    private func embedded(_ rows: [DatasetRow], _ extractor: FeatureExtractor, _ embeddings: inout Embeddings) throws -> [Float] {
        let digests = rows.map(Embeddings.digest)
        var seen: Set<Digest> = []
        let missing = rows.indices.filter { embeddings[digests[$0]] == nil && seen.insert(digests[$0]).inserted }
        try RowTensors.each(missing.map { rows[$0] }, order.manifest.interface) { range, tensors in
            let values = try extractor.features(tensors)
            let width = values.count / range.count
            for (index, place) in range.enumerated() {
                embeddings.add(Array(values[index * width..<(index + 1) * width]), of: digests[missing[place]])
            }
        }
        return digests.flatMap { embeddings[$0] ?? [] }
    }

    private func labeled(_ rows: [DatasetRow], _ features: [Float], weighs: Bool) throws -> FeatureRows {
        let width = rows.isEmpty ? 0 : features.count / rows.count
        guard width * rows.count == features.count else {
            throw RecipeError.backbone("it gives embeddings of different lengths")
        }
        let targets = try rows.map { try target.value(of: $0) }
        let weighted = weighs && rows.contains { $0.confidence != nil }
        return FeatureRows(
            features: Matrix(rows: rows.count, columns: width, elements: features.map { Double($0) }),
            labels: target.isNumber ? [] : targets.map { Int($0) }, targets: target.isNumber ? targets : [],
            weights: weighted ? rows.map { min(1, max(0, $0.confidence ?? 1)) } : nil)
    }
}
