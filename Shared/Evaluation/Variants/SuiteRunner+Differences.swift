import Contracts
import Slices
import Statistics

extension SuiteRunner {
    /// How a metric differs between a model and a variant of it on the labeled rows of the test split: over all of them, and by slice.
    ///
    /// The metric is the one of the manifest's first test that names one of rows; accuracy, or the mean absolute error, where none does.
    /// Slices without rows, and those that the metric has no interval for, are left out. Blocks the thread for as long as the models run.
    public func differences(
        parent: [UInt8], variant: [UInt8], manifest: CapabilityManifest, rows: [DatasetRow]
    ) throws -> [VariantMeasurement.Slice] {
        let suite = try TestSuite(manifest)
        let counted = TestSuite.rows(rows)
        let inputs = try InputTable(counted, interface: manifest.interface)
        let models = try [parent, variant].map { bytes in
            try ModelUnderTest(bytes, interface: manifest.interface, labels: suite.labels, runtime: runtime).scorer.predictions(inputs)
        }
        let subject = try Subject(
            suite: suite, material: SuiteMaterial(rows: rows), rows: counted, candidate: models[1], rivals: [:], inputs: inputs)
        let metric = try Self.metric(of: manifest, subject)
        let names: [String?] = [nil] + suite.slices.names
        return names.compactMap { slice -> VariantMeasurement.Slice? in
            let picked = subject.positions(of: slice)
            guard let compared = try? subject.compare(metric, champion: models[0], picked).number,
                let interval = compared.difference.interval
            else { return nil }
            return VariantMeasurement.Slice(
                slice: slice, metric: compared.metric, rows: picked.count, parent: compared.champion, variant: compared.candidate,
                delta: compared.difference.value, low: interval.lower, high: interval.upper)
        }
    }

    private static func metric(of manifest: CapabilityManifest, _ subject: Subject) throws(MetricError) -> MetricChoice {
        let named = (manifest.tests ?? []).lazy.filter { $0.kind == "metric" }.compactMap { try? subject.metric(of: $0) }
        for case .scored(let metric) in named { return .scored(metric) }
        return try MetricChoice(subject.labels == nil ? "mae" : "accuracy")
    }
}
