import ONNX

/// How a model computes an output, where that is of a kind whose Shapley values are known exactly.
public struct ModelStructure: Sendable {
    public enum Margins: Sendable {
        /// One column for each class or target.
        case linear(AffineMap)
        /// Trees over columns that each depend on one element.
        case trees(TreeEnsemble, over: AffineMap)
    }

    public let margins: Margins
    public let link: Link

    init(margins: Margins, link: Link) {
        self.margins = margins
        self.link = link
    }

    /// The structure behind an output of a model; nil for any other kind of model.
    ///
    /// - Parameters:
    ///   - widths: elements of one row of each input, by name.
    ///   - order: the inputs in the order in which their elements make a row.
    public init?(_ model: ONNXModel, output: String, order: [String], widths: [String: Int]) {
        guard var tracer = GraphTracer(model, output: output, order: order, widths: widths),
            case .margins(let margins, let link)? = tracer.trace(output)
        else { return nil }
        self.margins = margins
        self.link = link
    }

    /// Outputs of a row before the link.
    public func values(_ row: [Double]) -> [Double] {
        switch margins {
        case .linear(let map): map.values(row)
        case .trees(let ensemble, let map): ensemble.values(map.values(row))
        }
    }
}
