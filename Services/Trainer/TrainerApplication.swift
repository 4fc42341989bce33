import Contracts
import HTTPService
import LinearAlgebra
import Postgres
import Settings

/// Composition root of the trainer.
public func makeTrainerService(_ reader: inout SettingsReader, _ base: ServiceBase) throws -> MeshService {
    let settings = TrainerSettings(&reader, environment: base.environment)
    try reader.finish()
    // More threads would change the order of sums, and with it the bytes of a model.
    BLAS.setThreads(1)

    let parts = try TrainerParts(settings, base)
    return makeService(
        name: .trainer, settings: base.http, database: parts.database, logger: base.logger, metrics: base.metrics,
        services: parts.services, beforeStart: { try await parts.database.migrate(TrainerMigrations.all) },
        routes: { router in parts.add(to: router) })
}
