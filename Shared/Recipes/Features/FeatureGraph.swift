import ONNX

/// The part of a graph from the inputs to the features: a plan, and the backbone behind it where there is one.
public struct FeatureGraph: Sendable {
    public let plan: FeaturePlan
    public let backbone: Backbone?

    public init(_ plan: FeaturePlan, backbone: Backbone? = nil) {
        self.plan = plan
        self.backbone = backbone
    }

    /// Adds it to a graph; gives the name of the features.
    func append(to graph: inout GraphBuilder) throws(RecipeError) -> String {
        guard let backbone else { return plan.append(to: &graph) }
        return try backbone.append(plan, to: &graph)
    }

    /// Loads what computes features. Throws ``RecipeError`` and what the engine throws.
    public func extractor(_ engine: GraphEngine) throws -> FeatureExtractor {
        if backbone == nil, plan.isPlain { return FeatureExtractor(run: nil, output: "") }
        var graph = GraphBuilder(recipe: "features")
        let output = try append(to: &graph)
        graph.output(output, .float, shape: [-1, backbone == nil ? plan.columns : -1])
        return FeatureExtractor(run: try engine.load(try graph.model().bytes()), output: output)
    }
}
