import Contracts
import HTTPService
import Logging
import Observability
import OnnxRuntime
import ServiceLifecycle
import Settings
import Spool

/// Composition root of inference by itself: a folder of models, no mesh around it.
func makeStandAloneService(_ reader: inout SettingsReader, _ base: ServiceBase) throws -> MeshService {
    let settings = StandAloneSettings(&reader, environment: base.environment, port: base.http.port)
    try reader.finish()

    let runtime = try Runtime(libraryPath: settings.library ?? "")
    let statistics = StatisticsTable()
    let opener = ModelOpener(runtime: runtime, blobs: nil, statistics: statistics)
    let source = FolderSource(folder: settings.models, opener: opener, queue: settings.queue, logger: base.logger)
    let parts = ServingParts(runtime: runtime, opener: opener, source: source, budget: settings.modelBytes, logger: base.logger)
    let states = ModelStates(
        directory: parts.directory, source: source, cache: parts.cache, table: statistics, store: nil, instance: base.http.instance,
        logger: base.logger)
    base.metrics.collect { statistics.samples + parts.cache.samples + states.samples }
    let scheduler = Scheduler(threads: settings.engineThreads, queue: settings.queue)
    let log = try settings.log.map { try Spool(folder: $0, limits: settings.logLimits, retention: .newest) }
    if let folder = settings.log { base.logger.info("predictions are logged", metadata: ["folder": "\(folder)"]) }
    let tracer = RequestTracer(logger: base.logger)
    let follower = SettingsFollower(log: ProcessLog(levels: base.levels), tracer: tracer, store: nil, logger: base.logger)
    let counts = StatisticsRoutes(directory: parts.directory) { await states.statistics(of: $0) }

    return makeService(
        name: .inference, settings: base.http, logger: base.logger, metrics: base.metrics, readiness: parts.readiness,
        fastRoutes: InferHandler(
            directory: parts.directory, cache: parts.cache, scheduler: scheduler,
            answers: AnswerWriter(log: log.map { PredictionLog(spool: $0) }, tracer: tracer, threads: settings.engineThreads)
        ).routes + parts.explanations(scheduler).routes + counts.fastRoutes,
        services: [source, parts.loader],
        routes: { router in
            ModelRoutes(directory: parts.directory, cache: parts.cache, states: states, engine: runtime.version).add(to: router)
            ConfigRoutes(directory: parts.directory, cache: parts.cache, instances: settings.engineThreads).add(to: router)
            counts.add(to: router)
            TraceRoutes(directory: parts.directory, settings: follower).add(to: router)
            LoggingRoutes(settings: follower).add(to: router)
            parts.repositoryRoutes(states: states, desires: nil, refresh: { source.look() }).add(to: router)
            DeclinedRoutes().add(to: router)
        })
}
