import LinearAlgebra
import ONNX

/// Fits segments by k-means and writes them, with what makes their features, as ONNX.
public struct SegmentFit: Sendable {
    let graph: FeatureGraph
    let ports: SegmentPorts

    public init(graph: FeatureGraph, ports: SegmentPorts) {
        self.graph = graph
        self.ports = ports
    }

    /// Blocks the thread. The same rows, options and libraries on one thread of OpenBLAS give the same bytes.
    ///
    /// Rows that are streamed are standardised on the way, and passed over `passes` times. Throws TrainingError, RecipeError,
    /// CancellationError and what `progress` throws.
    public func fit(
        _ options: KMeans.Options, standardizes: Bool, passes: Int, train: FeatureSource,
        progress: @escaping TrainingProgress.Handler = { _ in }
    ) throws -> FittedModel {
        let curve = ProgressCurve(progress)
        let blocks = try train.blocks()
        let moments = try BlockMoments(blocks)
        let scaling =
            standardizes
            ? moments.standardization
            : Standardization(means: moments.standardization.means, scales: moments.standardization.means.map { _ in 1 })
        let model: KMeans
        if train.isStreamed {
            var streamed = options
            streamed.maximumIterations = passes
            model = try KMeans.fit(blocks: scaling.applied(to: blocks), options: streamed, progress: curve.note)
        } else {
            model = try KMeans.fit(features: scaling.applied(to: train.rows().features), options: options, progress: curve.note)
        }
        var builder = GraphBuilder(recipe: "k-means")
        builder.segments(model, scaling, of: try graph.append(to: &builder), ports)
        return FittedModel(
            model: try builder.model().bytes(), loss: model.inertia, curve: curve.steps,
            facts: [
                "segments": "\(model.centers.rows)", "inertia": "\(model.inertia)", "iterations": "\(model.iterations)",
                "converged": "\(model.isConverged)",
            ])
    }
}
