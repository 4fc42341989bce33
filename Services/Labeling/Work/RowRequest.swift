import Catalogue
import Contracts
import Postgres
import Slices

/// Carries out a label request: reads the dataset, asks the model where it has to, picks rows and adds them as tasks.
struct RowRequest: Sendable {
    /// Most rows that one request looks at: as many as are read, and scored, while somebody waits.
    static let mostRows = 20_000

    let dataset: DatasetPeer
    let model: ModelPeer
    let tasks: TaskStore
    /// Gives the seed of each order of rows.
    let seed: @Sendable () -> UInt64

    func carryOut(
        _ request: LabelRequest, project: Project, remember: @escaping @Sendable (TaskReceipt, Connection) async throws -> Void
    ) async throws -> TaskReceipt {
        let (capability, rules) = (project.capability, try project.rules)
        let slices = try SliceSet(capability.manifest.slices)
        let faults = request.faults(slices: slices.names)
        guard faults.isEmpty else { throw Problem(.invalidField, errors: faults) }
        let slice = request.slice.flatMap { slices[$0] }
        let choice = RowChoice(request: request, predicate: slice?.live, random: rules.random)
        let version = choice.needsScores ? try Self.version(request.version, of: capability) : nil
        let busy = try await tasks.busyRows(of: project.id, reason: request.reason)
        var chosen: [ChosenRow] = []
        var predictions: [String: RowScore] = [:]
        var left = Self.mostRows
        for part in choice.parts(slice) where chosen.count < request.count && left > 0 {
            guard var walk = try await dataset.walk(capability, part, seed: seed()) else { break }
            var rows = try await walk.next()
            var draw = RowDraw(choice, count: request.count - chosen.count, total: walk.total)
            while let page = rows, !draw.isDone, left > 0 {
                left -= page.count
                if let version {
                    let free = page.filter { !busy.contains($0.id) }
                    predictions.merge(
                        try await model.scores(free, model: capability.name, version: version, interface: rules.interface)
                    ) { $1 }
                }
                draw.look(at: page, without: busy, scores: predictions)
                rows = draw.isDone || left <= 0 ? nil : try await walk.next()
            }
            chosen += draw.chosen()
        }
        return try await add(chosen, predictions: predictions, request, project: project, rules: rules, remember: remember)
    }

    private func add(
        _ chosen: [ChosenRow], predictions: [String: RowScore], _ request: LabelRequest, project: Project, rules: LabelingRules,
        remember: @escaping @Sendable (TaskReceipt, Connection) async throws -> Void
    ) async throws -> TaskReceipt {
        let output = rules.interface.outputs.first?.name ?? ""
        let new = chosen.map { choice in
            NewTask(
                rowId: choice.row.id, input: choice.row.input, context: choice.row.context,
                prediction: predictions[choice.row.id]?.outputs[output], selection: choice.selection)
        }
        @Sendable func receipt(_ created: Int) -> TaskReceipt {
            TaskReceipt(asked: request.count, created: created, known: new.count - created)
        }
        if new.isEmpty { return receipt(0) }
        return receipt(
            try await tasks.add(new, reason: request.reason, project: project.id, rules: rules) { try await remember(receipt($0), $1) })
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
