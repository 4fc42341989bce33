import Contracts
import Logging
import OnnxRuntime

/// A model of a folder for a process that serves nobody.
enum LocalModel {
    /// Throws ``BatchFailure`` when there is no such model, or it cannot be run.
    static func load(_ name: String, version: String?, from folder: String, _ runtime: Runtime) async throws -> LoadedModel {
        let opener = ModelOpener(runtime: runtime, blobs: nil, statistics: StatisticsTable())
        let source = FolderSource(
            folder: folder, opener: opener, queue: ModelSettings.standardQueue,
            logger: Logger(label: "batch") { _ in SwiftLogNoOpLogHandler() })
        source.look()
        let models = source.declared() ?? [:]
        guard let model = models[name] else {
            throw BatchFailure("There is no model \(name) in \(folder): the models are \(models.keys.sorted().joined(separator: ", ")).")
        }
        do {
            return try await opener.open(try model.resolve(version))
        } catch let refusal as ModelRefusal {
            throw BatchFailure("Version \(refusal.version) of \(name) cannot be used: \(refusal.reason)")
        }
    }

    /// An engine whose only model that is.
    static func engine(_ model: LoadedModel, threads: Int) -> BatchEngine {
        let scheduler = Scheduler(threads: threads, queue: ModelSettings.standardQueue)
        let served = model.served
        return BatchEngine(
            find: { _, _, _ in
                BatchEngine.Model(
                    name: served.name, version: served.number, team: served.team, digest: served.digest, interface: served.interface)
            },
            hold: { _, _ in
                BatchEngine.Hold(run: { try await scheduler.runBatch(model, $0, outputs: $1) }, release: {})
            })
    }
}
