import Contracts
import HTTPService
import Hummingbird
import Logging
import OnnxRuntime

/// What serves models, whether they are declared in a catalogue or lie in a folder.
struct ServingParts: Sendable {
    let runtime: Runtime
    let opener: ModelOpener
    let source: any ModelSource
    let cache: ModelCache
    let directory = ModelDirectory()
    let desired = DesiredModels()
    let loader: ModelLoader

    init(runtime: Runtime, opener: ModelOpener, source: any ModelSource, budget: Int, logger: Logger) {
        self.runtime = runtime
        self.opener = opener
        self.source = source
        cache = ModelCache(opener: opener, budget: budget, logger: logger)
        loader = ModelLoader(source: source, desired: desired, directory: directory, cache: cache)
    }

    /// True only when the models that were declared at the start serve, or were refused with a reason.
    var readiness: [ReadinessCheck] {
        [
            ReadinessCheck("catalogue") {
                if !directory.isLoaded { throw Problem(.notReady, "It is not known yet which models there are.") }
            },
            ReadinessCheck("models") { if !loader.isSettled { throw Problem(.notReady, "The models are being loaded.") } },
        ]
    }

    /// The routes of the model repository extension.
    ///
    /// - Parameters:
    ///   - desires: where wishes are kept for all instances; nil where there is one only.
    ///   - refresh: looks anew at which models there are.
    func repositoryRoutes(states: ModelStates, desires: DesireStore?, refresh: @escaping @Sendable () -> Void = {}) -> RepositoryRoutes {
        let repository = ModelRepository(source: source, desired: desired, loader: loader, cache: cache, store: desires, refresh: refresh)
        return RepositoryRoutes(directory: directory, states: states, repository: repository)
    }

    /// The routes of explanations.
    func explanations(_ scheduler: Scheduler) -> ExplainHandler {
        let structures = ModelStructures { [opener] in try await opener.read($0) }
        return ExplainHandler(
            directory: directory, cache: cache, scheduler: scheduler, structures: structures,
            admission: Admission("explanations", most: ExplainHandler.most))
    }
}
