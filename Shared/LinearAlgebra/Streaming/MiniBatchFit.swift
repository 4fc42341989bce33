import Statistics

/// A fit of a network by Adam (Kingma & Ba 2015) that holds one block of rows at a time.
struct MiniBatchFit {
    private let blocks: RowBlocks
    private let validation: RowBlocks?
    private let options: MiniBatchOptions
    private let survey: BlockSurvey
    private let validationSurvey: BlockSurvey?
    let standardization: Standardization?
    var columns: Int { survey.moments.means.count }

    /// Passes once over all rows to check them.
    init(_ blocks: RowBlocks, validation: RowBlocks?, classes: Int, options: MiniBatchOptions) throws {
        self.blocks = blocks
        self.validation = validation
        self.options = options
        let survey = try BlockSurvey(blocks, classes: classes)
        self.survey = survey
        validationSurvey = try validation.map { try BlockSurvey($0, classes: classes, columns: survey.moments.means.count) }
        standardization = options.standardizes ? survey.moments.standardization : nil
    }

    func run(from start: Network, progress: TrainingProgress.Handler) throws -> StreamedFit<Network> {
        var network = start
        var adam = Adam(learningRate: options.learningRate, shapes: start.layers)
        var stopping = EarlyStopping<Network>(patience: options.patience)
        var curve: [TrainingProgress] = []
        var isStopped = false
        while !isStopped, curve.count < options.epochs {
            let epoch = curve.count + 1
            let loss = try pass(&network, &adam, epoch: epoch)
            guard loss.isFinite else { throw TrainingError.diverged(iteration: epoch) }
            let validationLoss = try validationLoss(network)
            guard validationLoss?.isFinite ?? true else { throw TrainingError.diverged(iteration: epoch) }
            curve.append(TrainingProgress(iteration: epoch, loss: loss, gradientNorm: nil, validationLoss: validationLoss))
            try progress(curve[epoch - 1])
            if let validationLoss { isStopped = stopping.observe(epoch: epoch, loss: validationLoss, state: network) }
        }
        return StreamedFit(
            model: stopping.best?.state ?? network, curve: curve, bestEpoch: stopping.best?.epoch ?? curve.count,
            isStoppedEarly: isStopped && curve.count < options.epochs)
    }

    /// One epoch: the blocks in a seeded order, and each block's rows in one.
    private func pass(_ network: inout Network, _ adam: inout Adam, epoch: Int) throws -> Double {
        var generator = SeededGenerator.part(epoch, of: options.seed)
        var order = Array(0..<blocks.count)
        generator.shuffle(&order)
        var loss = 0.0
        for index in order {
            let block = try blocks.block(index)
            var rows = Array(0..<block.features.rows)
            generator.shuffle(&rows)
            for start in stride(from: 0, to: rows.count, by: options.batchSize) {
                try Task.checkCancellation()
                let picked = Array(rows[start..<min(start + options.batchSize, rows.count)])
                loss += step(&network, &adam, block, picked) * Double(picked.count) / Double(survey.rows)
            }
        }
        return loss
    }

    private func step(_ network: inout Network, _ adam: inout Adam, _ block: RowBlock, _ rows: [Int]) -> Double {
        let features = block.features.picking(rows)
        let step = network.lossAndGradients(
            standardization?.applied(to: features) ?? features, labels: rows.map { block.labels[$0] },
            // 1 on the average over all rows: the batch takes its own mean.
            weights: rows.map { (block.weights?[$0] ?? 1) / survey.meanWeight }, l2: options.l2)
        adam.update(&network.layers, gradients: step.gradients)
        return step.loss
    }

    /// The weighted mean of -ln p(label) over the validation rows, in pieces of a batch's size, so that no copy of a block is made.
    private func validationLoss(_ network: Network) throws -> Double? {
        guard let validation, let validationSurvey else { return nil }
        let total = validationSurvey.meanWeight * Double(validationSurvey.rows)
        let size = max(options.batchSize, 256)
        var loss = 0.0
        for index in 0..<validation.count {
            let block = try validation.block(index)
            for start in stride(from: 0, to: block.features.rows, by: size) {
                try Task.checkCancellation()
                let rows = Array(start..<min(start + size, block.features.rows))
                let features = block.features.picking(rows)
                loss += network.loss(
                    standardization?.applied(to: features) ?? features, labels: rows.map { block.labels[$0] },
                    weights: rows.map { (block.weights?[$0] ?? 1) / total })
            }
        }
        return loss
    }
}
