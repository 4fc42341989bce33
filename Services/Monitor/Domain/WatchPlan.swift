import Contracts
import Slices
import Statistics

/// What the manifest of a capability asks to be watched.
struct WatchPlan: Sendable {
    /// Where an alarm's rows come from.
    struct Place: Sendable {
        /// `*` for all rows.
        let name: String
        /// Nil for all rows.
        let predicate: SlicePredicate.Compiled?

        func rows(of all: [TrafficRow]) -> [TrafficRow] {
            guard let predicate else { return all }
            return all.filter { row in predicate { row.value(of: $0) } == .true }
        }
    }

    struct MetricAlert: Sendable {
        let place: Place
        let metric: Metric
        let bound: Double
        let opensLabeling: Bool

        var key: AlarmKey { AlarmKey(slice: place.name, kind: .metric, metric: metric.name) }
    }

    /// Rows in a window when the manifest does not say.
    static let standardWindow = 1_000
    static let all = "*"

    let capability: String
    /// Who may call the capability, and so say how it did: its owner and the manifest's callers.
    let teams: [String]
    /// Names of its inputs.
    let inputs: [String]
    let window: Int
    /// Largest PSI that is no drift; nil when drift is not watched.
    let driftBound: Double?
    /// All rows first, then the slices of the manifest.
    let places: [Place]
    let alerts: [MetricAlert]
    let answer: AnswerField?
    let choices: [JSONValue]

    init(_ manifest: CapabilityManifest) {
        capability = manifest.metadata.name
        teams = [manifest.metadata.team] + (manifest.access?.callers ?? [])
        inputs = manifest.interface.inputs.map(\.name)
        // Below, an interval says nothing; above, a look would cost too much.
        window = min(max(manifest.monitoring?.drift?.window ?? Self.standardWindow, 50), 10_000)
        driftBound = manifest.monitoring?.drift?.psiAtMost
        let slices = (try? SliceSet(manifest.slices))?.slices ?? []
        let places = [Place(name: Self.all, predicate: nil)] + slices.map { Place(name: $0.name, predicate: $0.live.compiled()) }
        self.places = places
        answer = AnswerField(manifest.interface)
        choices = manifest.labeling?.choices ?? []
        alerts = Self.alerts(manifest.monitoring?.alerts ?? [], places)
    }

    func driftKey(_ place: Place) -> AlarmKey { AlarmKey(slice: place.name, kind: .drift, metric: "psi") }

    /// Every alarm that the plan can raise.
    var keys: Set<AlarmKey> {
        Set(alerts.map(\.key) + (driftBound == nil ? [] : places.map(driftKey)))
    }

    /// An alert on `*` is one on all rows and on every slice; where two alerts meet, the first counts.
    private static func alerts(_ specs: [CapabilityManifest.Monitoring.Alert], _ places: [Place]) -> [MetricAlert] {
        var seen: Set<AlarmKey> = []
        return specs.flatMap { spec -> [MetricAlert] in
            guard let metric = try? Metric.named(spec.metric) else { return [] }
            return places.filter { spec.slice == all || $0.name == spec.slice }.map {
                MetricAlert(place: $0, metric: metric, bound: spec.atLeast, opensLabeling: spec.then == "label")
            }
        }.filter { seen.insert($0.key).inserted }
    }
}

/// The output that a label is the truth of: the first one with one value a row, and the probabilities beside it.
struct AnswerField: Sendable, Hashable {
    let name: String
    let probabilities: String?

    init?(_ interface: Interface) {
        guard let answer = interface.outputs.first(where: { $0.elementsPerRow == 1 }) else { return nil }
        name = answer.name
        probabilities = interface.outputs.first { ($0.elementsPerRow ?? 0) > 1 && $0.datatype.hasPrefix("FP") }?.name
    }
}
