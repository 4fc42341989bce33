import Contracts

/// A capability as a flag of OFREP: which variant a targeting key is in. The flag's type is text, its value the variant's name.
enum FlagEvaluation {
    /// What the flag of a capability without an experiment says.
    static let champion = "champion"

    /// Why a flag has no value.
    struct Fault: Error, Hashable {
        let code: String
        let details: String
        let status: Int
    }

    /// The evaluation as OFREP writes it. `variant` and `reason` are in every success, since clients rely on them.
    static func evaluate(
        _ key: String, champion: Int?, experiment: Experiment?, targetingKey: String?
    ) throws(Fault) -> JSONValue {
        guard let experiment else {
            guard let champion else { throw Fault(code: "FLAG_NOT_FOUND", details: "Capability \(key) has no champion yet.", status: 404) }
            return success(key, variant: Self.champion, reason: "STATIC", ["version": .integer(Int64(champion))])
        }
        var metadata: [String: JSONValue] = [
            "experiment": .string(experiment.id), "phase": .integer(Int64(experiment.phase)), "stage": .string(experiment.stage),
        ]
        let isShadow = experiment.stage == RolloutPlan.shadow
        guard isShadow || targetingKey != nil else {
            throw Fault(code: "TARGETING_KEY_MISSING", details: "context.targetingKey: expected the unit, as a user's id", status: 400)
        }
        let arm = targetingKey.flatMap { RouteChoice.arm(of: $0, in: experiment) } ?? experiment.variants[0]
        metadata["version"] = .integer(Int64(arm.version))
        return success(key, variant: arm.name, reason: isShadow ? "STATIC" : "SPLIT", metadata)
    }

    /// A fault as OFREP writes it, always with its details.
    static func failure(_ key: String?, _ fault: Fault) -> JSONValue {
        var members: [String: JSONValue] = ["errorCode": .string(fault.code), "errorDetails": .string(fault.details)]
        if let key { members["key"] = .string(key) }
        return .object(members)
    }

    private static func success(_ key: String, variant: String, reason: String, _ metadata: [String: JSONValue]) -> JSONValue {
        [
            "key": .string(key), "value": .string(variant), "variant": .string(variant), "reason": .string(reason),
            "metadata": .object(metadata),
        ]
    }
}
