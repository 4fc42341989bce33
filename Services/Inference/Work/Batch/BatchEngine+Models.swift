import Contracts
import HTTPService
import Tensors

extension BatchEngine {
    /// - Parameter run: runs rows of a loaded model in the batch lane.
    init(
        directory: ModelDirectory, cache: ModelCache, run: @escaping @Sendable (LoadedModel, [Tensor], [String]) async throws -> [Tensor]
    ) {
        find = { (name, version, caller) throws(Problem) in
            let served = try directory.resolve(name, version: version, for: caller)
            return Model(
                name: served.name, version: served.number, team: served.team, digest: served.digest, interface: served.interface)
        }
        hold = { name, version in
            guard let served = directory.published(name)?.version(String(version)) else {
                // The version was registered, or the job could not name it: the catalogue of this instance is behind.
                throw Problem(.notReady, "Version \(version) of \(name) is not known yet.")
            }
            let model = try await cache.acquire(served)
            return Hold(run: { try await run(model, $0, $1) }, release: { cache.end(model) })
        }
    }
}
