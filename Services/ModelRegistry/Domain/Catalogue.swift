import Contracts

/// How the catalogue shows a capability.
enum Catalogue {
    /// What the registry knows of a capability beside its manifest.
    struct Standing: Sendable, Hashable {
        /// The newest version.
        let newest: Int?
        let champion: Int?
        /// The newest report on the version that counts, on the present revision.
        let report: SuiteReport?
    }

    /// Who looks.
    struct Viewer: Sendable, Hashable {
        let team: String
        /// Whether the key or person may call at all.
        let infers: Bool
    }

    static func entry(_ record: CapabilityRecord, _ standing: Standing, for viewer: Viewer) -> CatalogueEntry {
        let verdicts = Dictionary((standing.report?.results ?? []).map { ($0.name, $0.verdict) }) { first, _ in first }
        let tests = (record.manifest.tests ?? []).map { CatalogueEntry.Test(name: $0.name, kind: $0.kind, verdict: verdicts[$0.name]) }
        let callers = [record.team] + (record.manifest.access?.callers ?? []).filter { $0 != record.team }
        let isCaller = callers.contains(viewer.team)
        return CatalogueEntry(
            record, kind: kind(of: record.manifest), state: state(standing), tests: tests, version: standing.champion ?? standing.newest,
            champion: standing.champion, serviceLevel: serviceLevel(of: record.manifest), callers: callers,
            mayCall: isCaller && viewer.infers,
            howToAsk: howToAsk(record, viewer, isCaller: isCaller),
            curl: CurlExample.command(record.name, record.manifest.interface))
    }

    static func state(_ standing: Standing) -> CatalogueEntry.State {
        if standing.newest == nil { return .empty }
        return standing.report.map { $0.passed ? .green : .red } ?? .untested
    }

    /// What a capability answers with, told from its outputs and its labels.
    static func kind(of manifest: CapabilityManifest) -> CatalogueEntry.Kind {
        let outputs = manifest.interface.outputs
        if manifest.indexes?.isEmpty == false || outputs.contains(where: { $0.name == "embedding" }) { return .embedding }
        if manifest.labeling?.choices != nil || outputs.contains(where: { $0.name == "probabilities" }) { return .classification }
        if outputs.contains(where: { $0.datatype == "BYTES" }) { return .text }
        return outputs.contains { $0.datatype.hasPrefix("FP") } ? .regression : .other
    }

    private static func serviceLevel(of manifest: CapabilityManifest) -> ServiceLevel {
        let latency = (manifest.tests ?? []).compactMap { test in
            test.millisecondsAtMost.map {
                ServiceLevel.Latency(
                    percentile: test.percentile ?? 99, millisecondsAtMost: $0, rows: test.rows ?? 1, machine: test.machine)
            }
        }
        return ServiceLevel(requestsPerMinute: manifest.access?.requestsPerMinute, latency: latency)
    }

    private static func howToAsk(_ record: CapabilityRecord, _ viewer: Viewer, isCaller: Bool) -> String {
        let path = "POST /v2/models/\(record.name)/infer"
        if !isCaller {
            return "Ask team \(record.team) to list team \(viewer.team) under access.callers of the manifest; then \(path) answers."
        }
        return viewer.infers
            ? "\(path) with your key." : "\(path) with a key of team \(viewer.team) that has the scope infer."
    }
}
