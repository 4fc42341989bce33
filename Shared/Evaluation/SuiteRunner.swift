import Contracts
import Foundation
import OnnxRuntime

/// Runs a capability's tests on a model: scores the rows and judges.
public struct SuiteRunner: Sendable {
    /// A model's file and the version it has, if any.
    public struct Model: Sendable {
        public let bytes: [UInt8]
        public let version: Int?

        public init(bytes: [UInt8], version: Int?) {
            self.bytes = bytes
            self.version = version
        }
    }

    private let runtime: Runtime

    public init(runtime: Runtime) {
        self.runtime = runtime
    }

    /// The report on a model. Blocks the thread for as long as the model runs.
    ///
    /// - Parameters:
    ///   - rows: rows of the dataset version; only labeled ones of the test split count.
    ///   - champion: the model that regression tests compare with; nil while there is none.
    public func report(
        id: String, _ model: Model, manifest: CapabilityManifest, revision: Int, dataset: DatasetReference, rows: [DatasetRow],
        champion: Model?
    ) throws -> SuiteReport {
        let start = Date.now
        let suite = try TestSuite(manifest)
        let counted = TestSuite.rows(rows)
        let scorer = try Scorer(runtime: runtime, model: model.bytes, interface: manifest.interface, labels: suite.labels)
        let results = try suite.results(
            counted, candidate: try scorer.predictions(of: counted), champion: score(champion, suite, manifest, counted))
        return SuiteReport(
            id: id, capability: manifest.metadata.name, model: Digest(of: model.bytes), version: model.version,
            manifestRevision: revision, dataset: dataset, champion: champion?.version, startedAt: start,
            seconds: Date.now.timeIntervalSince(start), results: results)
    }

    /// A champion that cannot be run makes its tests inconclusive, not the whole report.
    private func score(_ champion: Model?, _ suite: TestSuite, _ manifest: CapabilityManifest, _ rows: [DatasetRow]) -> Champion {
        guard let champion else { return .absent }
        do {
            let scorer = try Scorer(runtime: runtime, model: champion.bytes, interface: manifest.interface, labels: suite.labels)
            return .scored(try scorer.predictions(of: rows))
        } catch {
            return .unusable("\(error)")
        }
    }
}
