import BlobStore
import Contracts
import Statistics

extension RunWork {
    /// What a trial of a search is ranked by; nil for other runs.
    func score(of model: [UInt8], _ stored: StoredRun, _ all: [DatasetRow]) async throws -> TrialScore? {
        guard stored.run.search != nil else { return nil }
        let (manifest, runtime, seed) = (stored.manifest, runtime, UInt64(bitPattern: Int64(stored.run.seed)))
        let metric = try await runs.metricOfSearch(stored.run)
        let (said, estimate) = try await ComputeThread.run("scoring") {
            let said = try TrialRows.measure(model, rows: all, manifest: manifest, runtime: runtime)
            return (said, try metric.measure(try said.rows(), seed: seed))
        }
        return TrialScore(
            value: estimate.value, interval: estimate.interval, rows: estimate.count, blob: try await blobs.put(said.bytes()))
    }
}
