import Contracts
import Foundation

extension RunComparison {
    static let standardTolerance = 1e-6

    /// Compares what went into two runs and what came out.
    ///
    /// A metric is the same when the difference is at most `tolerance` times the larger of 1 and its size in the first run.
    init(_ first: TrainingRun, _ second: TrainingRun, tolerance: Double = standardTolerance) {
        let inputs = Self.differences(Self.inputs(of: first), Self.inputs(of: second), role: .input)
        let results = Self.differences(Self.results(of: first), Self.results(of: second), role: .result)
        self.init(
            first: first.id, second: second.id, verdict: Self.verdict(first, second, tolerance: tolerance), tolerance: tolerance,
            differences: inputs + results)
    }

    private static func verdict(_ first: TrainingRun, _ second: TrainingRun, tolerance: Double) -> Verdict {
        guard first.state == .succeeded, second.state == .succeeded else { return .incomplete }
        if let model = first.model, model == second.model { return .identical }
        let names = Set(first.metrics.keys).union(second.metrics.keys)
        let agree = names.allSatisfy { isSame(first.metrics[$0], second.metrics[$0], tolerance) }
        return agree && !names.isEmpty ? .withinTolerance : .differs
    }

    private static func isSame(_ first: Double?, _ second: Double?, _ tolerance: Double) -> Bool {
        guard let first, let second else { return false }
        return first == second || (first.isNaN && second.isNaN) || abs(first - second) <= tolerance * max(1, abs(first))
    }

    private static func differences(_ first: [String: JSONValue], _ second: [String: JSONValue], role: Difference.Role) -> [Difference] {
        Set(first.keys).union(second.keys).sorted().compactMap { field in
            first[field] == second[field]
                ? nil : Difference(field: field, role: role, first: first[field], second: second[field])
        }
    }

    private static func inputs(of run: TrainingRun) -> [String: JSONValue] {
        var fields: [String: JSONValue] = [
            "capability": .string(run.capability), "manifestRevision": .integer(Int64(run.manifestRevision)),
            "recipe": .string(run.recipe), "seed": .integer(Int64(run.seed)),
        ]
        fields["dataset.version"] = run.dataset.map { .integer(Int64($0.version)) }
        fields["dataset.id"] = run.dataset?.id.map { .string($0.description) }
        fields["code.digest"] = run.code.map { .string($0.digest.description) }
        fields["code.commit"] = run.code?.commit.map { .string($0) }
        fields["code.diff"] = run.code?.diff.map { .string($0.description) }
        fields["command"] = run.command.map { .array($0.command.map { .string($0) }) }
        for (name, value) in run.parameters { fields["parameters.\(name)"] = value }
        for (name, value) in run.environment { fields["environment.\(name)"] = .string(value) }
        for (name, value) in run.splits ?? [:] { fields["splits.\(name)"] = .string(value.description) }
        return fields
    }

    private static func results(of run: TrainingRun) -> [String: JSONValue] {
        var fields: [String: JSONValue] = ["state": .string(run.state.rawValue)]
        fields["model"] = run.model.map { .string($0.description) }
        fields["iteration"] = run.iteration.map { .integer(Int64($0)) }
        for (name, value) in run.metrics { fields["metrics.\(name)"] = .number(value) }
        return fields
    }
}
