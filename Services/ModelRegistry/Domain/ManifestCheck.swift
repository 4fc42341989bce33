import Contracts
import Slices
import Statistics

/// The whole check of a manifest: its own rules, and the predicates and metrics that other modules know.
enum ManifestCheck {
    static func faults(_ manifest: CapabilityManifest, name: String) -> [FieldFault] {
        manifest.faults(name: name) + SliceSet.faults(of: manifest.slices, interface: manifest.interface) + metricFaults(manifest)
    }

    private static func metricFaults(_ manifest: CapabilityManifest) -> [FieldFault] {
        let tests = (manifest.tests ?? []).enumerated().map { ($1.metric, "tests[\($0)].metric") }
        let alerts = (manifest.monitoring?.alerts ?? []).enumerated().map { ($1.metric as String?, "monitoring.alerts[\($0)].metric") }
        return (tests + alerts).compactMap { metric, path in
            guard let metric, !Metric.names.contains(metric) else { return nil }
            return FieldFault(path, expected: "one of \(Metric.names.joined(separator: ", "))")
        }
    }
}
