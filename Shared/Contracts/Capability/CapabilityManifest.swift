/// What a team declares about a capability: the content of `capability.yaml`. Every revision is kept by the model-registry.
public struct CapabilityManifest: Sendable, Hashable, Codable {
    public struct Metadata: Sendable, Hashable, Codable {
        /// Unique in the mesh: lower-case letters, digits and hyphens, at most 63.
        public var name: String
        /// The team that owns it.
        public var team: String
        public var description: String?
    }

    public struct Access: Sendable, Hashable, Codable {
        /// Other teams that may call it.
        public var callers: [String]?
        /// Requests a minute that one key may make.
        public var requestsPerMinute: Int?
    }

    public struct DataSection: Sendable, Hashable, Codable {
        public struct Split: Sendable, Hashable, Codable {
            /// `hash`: the only way so far.
            public var by: String
            public var train: Double
            public var validation: Double
            public var test: Double
        }

        /// A slice that needs labeled rows in train.
        public struct Need: Sendable, Hashable, Codable {
            public var slice: String
            public var atLeast: Int
        }

        public var dataset: String
        public var split: Split
        public var needs: [Need]?
    }

    public struct LabelingSection: Sendable, Hashable, Codable {
        public struct Sampling: Sendable, Hashable, Codable {
            public var uncertainty: Double
            public var random: Double
        }

        /// The answers a labeler chooses from.
        public var choices: [JSONValue]?
        /// How many people answer each task.
        public var overlap: Int
        /// Share of tasks whose answer is known.
        public var gold: Double?
        /// Smallest share of answers that must agree, else one more person is asked.
        public var agreement: Double?
        public var sampling: Sampling?
    }

    public struct TrainingSection: Sendable, Hashable, Codable {
        public struct Retrain: Sendable, Hashable, Codable {
            public var newLabels: Int
        }

        /// `softmax-regression` or `multilayer-perceptron`.
        public var recipe: String
        /// Numbers by name, as `l2`.
        public var parameters: [String: JSONValue]?
        public var seed: Int
        public var retrain: Retrain?
    }

    public struct Rollout: Sendable, Hashable, Codable {
        /// `shadow`, shares of traffic as numbers, and `champion`, in this order.
        public var stages: [JSONValue]
        /// The KPI that the experiment decides on.
        public var kpi: String
        public var guardrails: [String]?
        /// Name of the request parameter that holds the unit of assignment.
        public var unit: String
    }

    public struct Monitoring: Sendable, Hashable, Codable {
        public struct Drift: Sendable, Hashable, Codable {
            public var psiAtMost: Double
            /// Rows in one window.
            public var window: Int?
        }

        public struct Alert: Sendable, Hashable, Codable {
            /// Name of a slice, or `*` for all rows and every slice.
            public var slice: String
            public var metric: String
            public var atLeast: Double
            /// `label`: open a labeling job with the failing requests.
            public var then: String?
        }

        public var drift: Drift?
        public var alerts: [Alert]?
    }

    /// Always `mlmesh/v1`.
    public var apiVersion: String
    /// Always `Capability`.
    public var kind: String
    public var metadata: Metadata
    public var access: Access?
    public var interface: Interface
    public var slices: [SliceSpec]?
    public var data: DataSection
    public var labeling: LabelingSection?
    public var training: TrainingSection?
    public var tests: [TestSpec]?
    public var rollout: Rollout?
    public var monitoring: Monitoring?
    public var serving: Serving?
    public var indexes: [IndexSpec]?
    /// Aliases that only a version with a passing report may take; `champion` and `candidate` when absent. `champion` always is.
    public var protected: [String]?

    /// The aliases behind the gate.
    public var protectedAliases: Set<String> { Set(protected ?? Self.standardProtected).union(["champion"]) }

    /// Behind the gate where the manifest does not say otherwise.
    public static let standardProtected = ["champion", "candidate"]
}
