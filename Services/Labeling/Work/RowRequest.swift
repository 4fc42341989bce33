import Catalogue
import Contracts
import Slices
import Statistics

/// Carries out a label request: reads the dataset, asks the model where it has to, picks rows and adds them as tasks.
struct RowRequest: Sendable {
    let dataset: DatasetPeer
    let model: ModelPeer
    let tasks: TaskStore
    /// Gives the seed of each request's draw.
    let seed: @Sendable () -> UInt64

    func carryOut(_ request: LabelRequest, project: Project) async throws -> TaskReceipt {
        let (capability, rules) = (project.capability, try project.rules)
        let slices = try SliceSet(capability.manifest.slices)
        let faults = request.faults(slices: slices.names)
        guard faults.isEmpty else { throw Problem(.invalidField, errors: faults) }
        let choice = RowChoice(request: request, predicate: request.slice.flatMap { slices[$0]?.live }, random: rules.random)
        let version = choice.needsScores ? try Self.version(request.version, of: capability) : nil
        let busy = try await tasks.busyRows(of: project.id, reason: request.reason)
        var generator = SeededGenerator(seed: seed())
        var chosen: [ChosenRow] = []
        var predictions: [String: RowScore] = [:]
        for tier in choice.tiers(try await dataset.rows(of: capability.manifest.data.dataset), without: busy) where !tier.isEmpty {
            let missing = request.count - chosen.count
            guard missing > 0 else { break }
            if let version {
                let scores = try await model.scores(tier, model: capability.name, version: version, interface: rules.interface)
                predictions.merge(scores) { $1 }
            }
            chosen += choice.choose(tier, scores: predictions, count: missing, generator: &generator)
        }
        return try await add(chosen, predictions: predictions, request, project: project, rules: rules)
    }

    private func add(
        _ chosen: [ChosenRow], predictions: [String: RowScore], _ request: LabelRequest, project: Project, rules: LabelingRules
    ) async throws -> TaskReceipt {
        let output = rules.interface.outputs.first?.name ?? ""
        let new = chosen.map { choice in
            NewTask(
                rowId: choice.row.id, input: choice.row.input, context: choice.row.context,
                prediction: predictions[choice.row.id]?.outputs[output], selection: choice.selection)
        }
        let created = new.isEmpty ? 0 : try await tasks.add(new, reason: request.reason, project: project.id, rules: rules)
        return TaskReceipt(asked: request.count, created: created, known: new.count - created)
    }

    /// The version that scores rows: the one asked for, the champion, or the newest.
    private static func version(_ asked: Int?, of capability: CatalogueCapability) throws -> Int {
        if let asked {
            guard capability.versions[asked] != nil else {
                throw Problem(.versionUnknown, "Model \(capability.name) has no version \(asked).")
            }
            return asked
        }
        guard let version = capability.champion ?? capability.version("latest") else {
            throw Problem(.unprocessable, "No model of \(capability.name) is registered that could score rows: ask for random ones.")
        }
        return version.version
    }
}
