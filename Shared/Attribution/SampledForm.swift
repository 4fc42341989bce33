import Tensors

/// Attributions from runs of the model on mixtures of each row with the background.
struct SampledForm {
    /// Coalitions beside two for each player that are evaluated when no number is asked for (as the shap package does).
    static let standardSamples = 2048
    /// Most coalitions that are all taken when no number is asked for: 12 players.
    static let standardEnumeration = 4096

    let rows: ExplainedRows
    let options: ExplanationOptions
    let score: ([Tensor], _ row: Int) async throws -> [Double]

    func explanation(targets: [Int], outputs: OutputColumns) async throws -> Explanation {
        let (method, players) = try choose()
        try checkCost(method, players)
        var parts: [Part] = []
        for row in 0..<rows.count {
            let elements = RowElements(rows.inputs, row: row)
            let game = CoalitionGame(
                inputs: rows.inputs, row: elements, background: rows.backgroundElements(for: elements), players: players,
                rowsPerRun: options.rowsPerRun
            ) { try await score($0, row) }
            switch method {
            case .exact: parts.append(try await exact(game))
            case .kernel: parts.append(try await kernel(game))
            default: parts.append(try await occlusion(game))
            }
        }
        return Explanation(
            attributions: rows.tensors(parts.map { players.spread($0.values).flatMap { $0 } }), baseValues: parts.map(\.base),
            explainedValues: targets.indices.map { outputs.row($0)[targets[$0]] }, targets: targets, method: method, link: .identity,
            evaluations: rows.count + parts.reduce(0) { $0 + $1.evaluations },
            standardError: method == .occlusion ? nil : parts.compactMap(\.standardError).max() ?? 0, modelResidual: nil)
    }

    private struct Part {
        var base: Double
        var values: [Double]
        var evaluations: Int
        var standardError: Double?
    }

    /// The method, and the players it is played by. Throws ``ExplanationFault`` when they are too many for it.
    private func choose() throws(ExplanationFault) -> (Explanation.Method, Players) {
        let isImage = rows.inputs.contains { ImageLayout($0.shape) != nil && options.inputs?.contains($0.name) ?? true }
        let players = Players(rows.inputs, explained: options.inputs, patches: isImage, edge: options.patch)
        let elements = Players.elements(rows.inputs, explained: options.inputs)
        guard players.count > 0 else { throw ExplanationFault("the inputs to explain have no element") }
        let isSmall = players.count <= ShapleyEnumeration.mostPlayers && 1 << players.count <= options.samples ?? Self.standardEnumeration
        switch options.method {
        case .exact where !isSmall:
            throw ExplanationFault(
                "method exact needs 2 to the power of \(players.count) samples, of at most \(ShapleyEnumeration.mostPlayers) elements or patches"
            )
        case .exact: return (.exact, players)
        case .kernel: break
        case .occlusion: return (.occlusion, players)
        default:
            if isSmall { return (.exact, players) }
            if isImage || elements > Players.most { return (.occlusion, players) }
        }
        let fewest = KernelDesign.fewest(players: players.count)
        if let samples = options.samples, samples < fewest {
            throw ExplanationFault("samples must be at least \(fewest), two for each of the \(players.count) elements or patches")
        }
        return (.kernel, players)
    }

    /// Throws before anything is run when more would be run than is allowed.
    private func checkCost(_ method: Explanation.Method, _ players: Players) throws(ExplanationFault) {
        let coalitions =
            switch method {
            case .exact: 1 << players.count
            case .kernel: 2 + samples(players)
            default: 2 + players.count
            }
        let background = max(1, options.background?.first?.rows ?? 1)
        let needed = rows.count * (1 + coalitions * background)
        guard needed <= options.mostEvaluations else {
            throw ExplanationFault(
                "the explanation needs \(needed) runs of a row of at most \(options.mostEvaluations): ask for fewer samples, rows or background rows"
            )
        }
    }

    private func samples(_ players: Players) -> Int { options.samples ?? (2 * players.count + Self.standardSamples) }

    private func exact(_ game: CoalitionGame) async throws -> Part {
        let coalitions = ShapleyEnumeration.coalitions(of: game.players.count)
        let values = try await game.values(coalitions)
        return Part(
            base: values[0], values: ShapleyEnumeration.values(values, players: game.players.count),
            evaluations: game.evaluations(of: coalitions.count), standardError: 0)
    }

    private func kernel(_ game: CoalitionGame) async throws -> Part {
        let count = game.players.count
        // The same draws for each row: a row's attributions do not depend on what comes with it.
        let design = KernelDesign(players: count, samples: samples(game.players), seed: options.seed)
        let values = try await game.values([.nobody(of: count), .everybody(of: count)] + design.coalitions)
        let fitted = await Computation.run {
            KernelSHAP.fit(design, Array(values.dropFirst(2)), nobody: values[0], everybody: values[1], players: count)
        }
        guard let fit = fitted else {
            throw ExplanationFault("samples must be more: the coalitions drawn do not tell the elements apart")
        }
        return Part(
            base: values[0], values: fit.attributions, evaluations: game.evaluations(of: values.count),
            standardError: fit.standardErrors.max())
    }

    private func occlusion(_ game: CoalitionGame) async throws -> Part {
        let count = game.players.count
        let all = Coalition.everybody(of: count)
        let values = try await game.values([.nobody(of: count), all] + (0..<count).map { all.without($0) })
        return Part(
            base: values[0], values: values.dropFirst(2).map { values[1] - $0 }, evaluations: game.evaluations(of: values.count),
            standardError: nil)
    }
}
