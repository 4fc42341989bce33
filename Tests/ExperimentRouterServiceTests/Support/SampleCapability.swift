import Contracts
import Foundation

/// The capability `digits` of team `documents`, as the registry tells of it.
enum SampleCapability {
    static let rollout =
        #"{"stages":["shadow",0.05,0.25,0.5,"champion"],"kpi":"correct","guardrails":["latency_p99","error_rate"],"unit":"user_id"}"#

    static func manifest(_ name: String = "digits", rollout: String = rollout) throws -> CapabilityManifest {
        let text = """
            {"apiVersion":"mlmesh/v1","kind":"Capability","metadata":{"name":"\(name)","team":"documents"},"access":{"callers":["mobile"]},
             "interface":{"inputs":[{"name":"pixels","datatype":"FP32","shape":[-1,4]}],
                          "outputs":[{"name":"label","datatype":"INT64","shape":[-1]}],"context":[{"name":"source","datatype":"BYTES"}]},
             "data":{"dataset":"digits","split":{"by":"hash","train":0.6,"validation":0.2,"test":0.2}},"rollout":\(rollout)}
            """
        return try WireJSON.decode(CapabilityManifest.self, from: Data(text.utf8))
    }

    static func record(_ name: String = "digits", rollout: String = rollout) throws -> CapabilityRecord {
        CapabilityRecord(
            name: name, team: "documents", revision: 1, digest: Digest(of: []), manifest: try manifest(name, rollout: rollout),
            appliedAt: .now, appliedBy: "key:1")
    }

    static func version(_ number: Int, of name: String = "digits") -> ModelVersion {
        ModelVersion(
            capability: name, version: number, model: Digest(of: [UInt8(number)]), bytes: 1, run: "run-\(number)",
            dataset: DatasetReference(name: "digits", version: 1), manifestRevision: 1, recipe: "softmax-regression", parameters: [:],
            seed: 7,
            metrics: [:], aliases: [], createdAt: .now)
    }

    static func champion(_ number: Int, of name: String = "digits") -> ModelAlias {
        ModelAlias(
            capability: name, alias: "champion", version: number, model: Digest(of: [UInt8(number)]), movedAt: .now, movedBy: "key:1")
    }
}

extension Experiment {
    /// Control 1 against challenger 2 at a stage.
    static func sample(stage: String, phase: Int = 1, salt: String = "salt", guardrails: [String] = []) -> Experiment {
        let share = Double(stage) ?? 0
        return Experiment(
            id: "e1", capability: "digits", name: "mlp", state: .running, stage: stage, phase: phase,
            variants: [
                ExperimentVariant(name: "control", version: 1, weight: 1 - share),
                ExperimentVariant(name: "challenger", version: 2, weight: share),
            ], kpi: "correct", guardrails: guardrails, unit: "user_id", salt: salt, createdAt: .now)
    }
}
