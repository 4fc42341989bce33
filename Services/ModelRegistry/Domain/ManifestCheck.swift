import Contracts
import Slices
import Statistics

/// The whole check of a manifest: its own rules, the predicates and metrics that other modules know, and names that are no alias's.
enum ManifestCheck {
    static func faults(_ manifest: CapabilityManifest, name: String) -> [FieldFault] {
        manifest.faults(name: name) + SliceSet.faults(of: manifest.slices, interface: manifest.interface) + metricFaults(manifest)
            + comparisonFaults(manifest)
    }

    /// `latest` and numbers mean a version, often the very one that is tested, which is never worse than itself.
    private static func comparisonFaults(_ manifest: CapabilityManifest) -> [FieldFault] {
        (manifest.tests ?? []).enumerated().compactMap { index, test in
            guard let against = test.against, Gate.isReserved(against) else { return nil }
            return FieldFault("tests[\(index)].against", expected: "the name of an alias, as champion, and neither latest nor v and digits")
        }
    }

    private static func metricFaults(_ manifest: CapabilityManifest) -> [FieldFault] {
        let tests = (manifest.tests ?? []).enumerated().compactMap { index, test -> FieldFault? in
            guard let metric = test.metric else { return nil }
            return fault("tests[\(index)].metric") { () throws(MetricError) in
                _ = try MetricChoice(metric, class: test.class == nil ? nil : 0, at: test.at)
            }
        }
        let alerts = (manifest.monitoring?.alerts ?? []).enumerated().compactMap { index, alert in
            fault("monitoring.alerts[\(index)].metric") { () throws(MetricError) in _ = try Metric.named(alert.metric) }
        }
        return tests + alerts
    }

    private static func fault(_ field: String, _ choice: () throws(MetricError) -> Void) -> FieldFault? {
        do throws(MetricError) {
            try choice()
            return nil
        } catch .unknown(_, let known) {
            return FieldFault(field, expected: "one of \(known.joined(separator: ", "))")
        } catch .needs(let part, _) {
            return FieldFault(field, expected: "a metric that has what the test gives it; this one needs \(part)")
        } catch {
            return FieldFault(field, expected: error.description)
        }
    }
}
