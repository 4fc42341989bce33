import HTTPService
import Hummingbird
import MLflow
import Postgres

/// The trainer's parts that serve the tracking side of MLflow's API.
struct TrackingParts: Sendable {
    let experiments: ExperimentStore
    let runs: TrackedRunStore
    let models: LoggedModelStore
    let metrics: MetricWriter
    let tokens: PageTokenCodec

    /// - Parameter key: signs page tokens; the same for all instances.
    init(database: Database, key: [UInt8]) {
        experiments = ExperimentStore(database: database)
        runs = TrackedRunStore(database: database)
        models = LoggedModelStore(database: database)
        metrics = MetricWriter(database: database)
        tokens = PageTokenCodec(key: key)
    }

    func add(to router: Router<ServiceContext>) {
        ServerRoutes().add(to: router)
        ExperimentRoutes(experiments: experiments, tokens: tokens).add(to: router)
        TrackedRunRoutes(runs: runs, experiments: experiments, tokens: tokens).add(to: router)
        RunLogRoutes(runs: runs, metrics: metrics, tokens: tokens).add(to: router)
        LoggedModelRoutes(models: models, experiments: experiments, tokens: tokens).add(to: router)
    }
}
