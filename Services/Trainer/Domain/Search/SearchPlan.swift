import Contracts
import Statistics

/// A search as it was asked for, checked and filled up: which combinations it tries, in which order, and with how much work.
struct SearchPlan: Sendable, Hashable {
    static let mostTrials = 500
    static let standardTrials = 20

    let asked: NewSearch
    let recipe: String
    /// Parameters of every trial, before the combination is put in.
    let fixed: [String: JSONValue]
    let metric: String
    let higherIsBetter: Bool
    let parallel: Int
    let seed: Int
    /// Every combination that may be tried, each once.
    let combinations: [[String: JSONValue]]
    /// Amounts of the resource, from the first rung to the last; empty without successive halving.
    let rungs: [Int]
    /// Of so many trials of a rung one goes on.
    let factor: Int

    /// Throws `unprocessable` with every fault.
    init(_ asked: NewSearch, manifest: CapabilityManifest) throws(Problem) {
        var faults = Self.faults(asked)
        let inherited = manifest.training.flatMap { asked.recipe == nil || asked.recipe == $0.recipe ? $0.parameters : nil }
        let name = asked.metric ?? "accuracy"
        let metric = try? Metric.named(name)
        if metric == nil { faults.append(FieldFault("metric", expected: "one of \(Metric.names.joined(separator: ", "))")) }
        guard faults.isEmpty, let metric else { throw Problem(.unprocessable, errors: faults) }
        self.asked = asked
        recipe = asked.recipe ?? manifest.training?.recipe ?? ""
        fixed = asked.parameters ?? inherited ?? [:]
        self.metric = name
        higherIsBetter = metric.higherIsBetter
        parallel = asked.parallel ?? 4
        seed = asked.seed ?? manifest.training?.seed ?? 0
        combinations = Self.combinations(asked, seed: seed)
        rungs = asked.strategy == .asha ? asked.halving.map(Self.rungs) ?? [] : []
        factor = asked.halving?.factor ?? 3
        try checkTrials(manifest)
    }

    /// All parameters of a trial.
    func parameters(of combination: Int, rung: Int) -> [String: JSONValue] {
        var values = fixed.merging(combinations[combination]) { $1 }
        if let resource = asked.halving?.resource, rungs.indices.contains(rung) { values[resource] = .integer(Int64(rungs[rung])) }
        return values
    }

    /// Every combination must be one that the recipe takes, so that no trial fails for what could be known.
    private func checkTrials(_ manifest: CapabilityManifest) throws(Problem) {
        var faults: [FieldFault] = []
        for combination in combinations.indices {
            for rung in rungs.isEmpty ? [0] : [0, rungs.count - 1] {
                let wish = NewRun(
                    capability: asked.capability, dataset: asked.dataset, recipe: asked.recipe,
                    parameters: parameters(of: combination, rung: rung), seed: seed)
                do {
                    _ = try RunPlan(wish, manifest: manifest)
                } catch {
                    guard let found = error.errors, !found.isEmpty else { throw error }
                    for fault in found.map(located) where !faults.contains(fault) { faults.append(fault) }
                }
            }
        }
        guard faults.isEmpty else { throw Problem(.unprocessable, errors: faults) }
    }

    /// A fault of a trial's parameter as a fault of the search.
    private func located(_ fault: FieldFault) -> FieldFault {
        let name = fault.field.hasPrefix("parameters.") ? String(fault.field.dropFirst("parameters.".count)) : ""
        if asked.space[name] != nil { return FieldFault("space.\(name)", expected: fault.expected) }
        return asked.halving?.resource == name ? FieldFault("halving.resource", expected: fault.expected) : fault
    }

    private static func rungs(_ halving: NewSearch.Halving) -> [Int] {
        var amounts = [halving.minimum]
        while let last = amounts.last, last < halving.maximum { amounts.append(min(halving.maximum, last * (halving.factor ?? 3))) }
        return amounts
    }

    private static func combinations(_ asked: NewSearch, seed: Int) -> [[String: JSONValue]] {
        let ranges = asked.space.sorted { $0.key < $1.key }
        let most = asked.trials ?? (asked.strategy == .grid ? mostTrials : standardTrials)
        guard asked.strategy == .grid else { return drawn(ranges, most: most, seed: seed) }
        return grid(ranges.map { ($0.key, $0.value.gridValues) }, most: most)
    }

    /// The first combinations of a grid, the last range fastest: each from its number, since the whole product may be out of all measure.
    private static func grid(_ axes: [(name: String, values: [JSONValue])], most: Int) -> [[String: JSONValue]] {
        let count = axes.reduce(1) { min($0 * $1.values.count, most) }
        return (0..<count).map { number in
            var rest = number
            var combination: [String: JSONValue] = [:]
            for axis in axes.reversed() {
                combination[axis.name] = axis.values[rest % axis.values.count]
                rest /= axis.values.count
            }
            return combination
        }
    }

    /// Combinations drawn one after the other; one that came before is drawn anew, and a space that holds no more gives fewer.
    private static func drawn(_ ranges: [(key: String, value: SearchRange)], most: Int, seed: Int) -> [[String: JSONValue]] {
        var generator = SeededGenerator(seed: UInt64(bitPattern: Int64(seed)))
        var seen: Set<[String: JSONValue]> = []
        var found: [[String: JSONValue]] = []
        var misses = 0
        while found.count < most, misses < 100 {
            let combination = Dictionary(ranges.map { ($0.key, $0.value.drawn(&generator)) }) { first, _ in first }
            if seen.insert(combination).inserted {
                found.append(combination)
                misses = 0
            } else {
                misses += 1
            }
        }
        return found
    }
}
