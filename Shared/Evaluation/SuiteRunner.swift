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

    let runtime: Runtime

    public init(runtime: Runtime) { self.runtime = runtime }

    /// The report on a model, with the rows it came from. Blocks the thread for as long as the model runs.
    ///
    /// Throws ``EvaluationError`` when the model's tensors are not the interface's, or a row does not fit.
    public func run(_ order: SuiteOrder) throws -> SuiteOutcome {
        let start = Date.now
        let manifest = order.manifest
        let suite = try TestSuite(manifest)
        let rows = TestSuite.rows(order.material.rows)
        let model = try ModelUnderTest(order.model.bytes, interface: manifest.interface, labels: suite.labels, runtime: runtime)
        let inputs = try InputTable(rows, interface: manifest.interface)
        let subject = try Subject(
            suite: suite, material: order.material, rows: rows, candidate: try model.scorer.predictions(inputs),
            rivals: rivals(order, suite, inputs), inputs: inputs, model: model)
        let results = suite.results(subject, isTimed: true)
        let kept = SuiteRows(subject)
        let bytes = kept.bytes()
        let report = SuiteReport(
            id: order.id, capability: manifest.metadata.name, model: Digest(of: order.model.bytes), version: order.model.version,
            manifestRevision: order.revision, dataset: order.dataset, champion: order.material.others["champion"]?.version,
            startedAt: start, seconds: Date.now.timeIntervalSince(start), split: kept.split, rows: Digest(of: bytes),
            machine: order.material.machine?.profile, results: results)
        return SuiteOutcome(report: report, rows: bytes)
    }

    /// A model that cannot be run leaves the tests open that compare with it, not the whole report.
    private func rivals(_ order: SuiteOrder, _ suite: TestSuite, _ inputs: InputTable) -> [String: Rival] {
        order.material.others.filter { suite.aliases.contains($0.key) }.mapValues { other in
            do {
                let model = try ModelUnderTest(other.bytes, interface: order.manifest.interface, labels: suite.labels, runtime: runtime)
                return Rival(.scored(try model.scorer.predictions(inputs)), model: model)
            } catch { return Rival(.unusable("\(error)")) }
        }
    }

    /// The report on a model, with the champion as the only other model.
    public func report(
        id: String, _ model: Model, manifest: CapabilityManifest, revision: Int, dataset: DatasetReference, rows: [DatasetRow],
        champion: Model?
    ) throws -> SuiteReport {
        let material = SuiteMaterial(rows: rows, others: champion.map { ["champion": $0] } ?? [:])
        return try run(SuiteOrder(id: id, model: model, manifest: manifest, revision: revision, dataset: dataset, material: material))
            .report
    }
}
