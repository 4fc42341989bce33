import Tensors

/// Explains rows of a model: exactly where the model's structure is known, else by running it on mixtures of a row and a background.
public struct Explainer: Sendable {
    /// Runs the model: one tensor for each input in, the outputs out, row by row.
    public typealias Run = @Sendable ([Tensor]) async throws -> [Tensor]

    /// Largest share of the output's size by which a structure may differ from the model.
    static let tolerance = 1e-3

    let structure: ModelStructure?
    let run: Run

    /// - Parameter structure: of the output that will be explained; nil where it is of no known kind.
    public init(structure: ModelStructure?, run: @escaping Run) {
        self.structure = structure
        self.run = run
    }

    /// Explains each row of the inputs. Throws ``ExplanationFault`` for what cannot be done as asked, and what the run throws.
    public func explain(_ inputs: [Tensor], _ options: ExplanationOptions) async throws -> Explanation {
        let explanation = try await attributions(inputs, options)
        guard explanation.isFinite else {
            throw ExplanationFault("the model gives numbers that are not finite for these rows or their mixtures with the background")
        }
        return explanation
    }

    private func attributions(_ inputs: [Tensor], _ options: ExplanationOptions) async throws -> Explanation {
        let rows = ExplainedRows(inputs, options)
        try rows.checkBackground()
        let outputs = try OutputColumns(try await run(inputs), name: options.output, rows: rows.count)
        let targets = try (0..<rows.count).map { try outputs.target(of: $0, asked: options.target) }
        if [.auto, .linear, .tree].contains(options.method), let structure, options.inputs == nil, let table = rows.numbers {
            let closed = ClosedForm(structure: structure, rows: table, background: rows.backgroundNumbers ?? [], outputs: outputs)
            if closed.fits(options.method, tolerance: Self.tolerance) {
                let hasBackground = options.background != nil
                try closed.checkCost(hasBackground: hasBackground)
                return await Computation.run { closed.explanation(targets: targets, hasBackground: hasBackground, rows: rows) }
            }
        }
        if options.method == .linear || options.method == .tree {
            throw ExplanationFault("method \(options.method.rawValue) does not fit the model: take auto, exact, kernel or occlusion")
        }
        let sampled = SampledForm(rows: rows, options: options) { inputs, row in
            let outputs = try OutputColumns(try await run(inputs), name: options.output, rows: inputs.first?.rows ?? 0)
            return outputs.column(targets[row])
        }
        return try await sampled.explanation(targets: targets, outputs: outputs)
    }
}
