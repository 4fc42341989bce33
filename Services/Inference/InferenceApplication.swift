import Contracts
import HTTPService
import Settings

/// Composition root of inference in the mesh, or by itself where the process serves a folder.
public func makeInferenceService(_ reader: inout SettingsReader, _ base: ServiceBase) throws -> MeshService {
    if base.http.localCaller != nil { return try makeStandAloneService(&reader, base) }
    let settings = InferenceSettings(&reader, environment: base.environment)
    let batchSettings = BatchSettings(&reader, environment: base.environment)
    try reader.finish()
    let parts = try InferenceParts(settings, batchSettings, base)
    return makeService(
        name: .inference, settings: base.http, database: parts.database, logger: base.logger, metrics: base.metrics,
        readiness: parts.serving.readiness, fastRoutes: parts.fastRoutes, services: parts.services,
        beforeStart: { try await parts.prepare() }, routes: { parts.addRoutes(to: $0) })
}
