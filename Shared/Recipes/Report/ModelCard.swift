/// What a reader should know of a model (after Mitchell et al. 2019, "Model Cards for Model Reporting").
public struct ModelCard: Sendable, Hashable, Codable {
    /// What it was fitted to.
    public struct Data: Sendable, Hashable, Codable {
        public let dataset: String
        public let version: Int
        /// Rows that were used, by split.
        public let rows: [String: Int]

        public init(dataset: String, version: Int, rows: [String: Int]) {
            self.dataset = dataset
            self.version = version
            self.rows = rows
        }
    }

    public let capability: String
    public let team: String
    /// What it is for, in the words of the capability's owner.
    public let purpose: String?
    public let run: String
    public let recipe: String
    /// Every parameter, as text.
    public let parameters: [String: String]
    public let seed: Int
    public let data: Data
    /// What becomes of the inputs within the graph.
    public let preprocessing: [String]
    public let metrics: [String: Double]
    /// What the method tells of itself.
    public let method: [String: String]
    public let importances: ImportanceReport
    public let confusion: ConfusionTable?
    public let bytes: Int
    /// What the model is not fit for, as far as this is known from how it was made.
    public let limits: [String]

    public init(
        capability: String, team: String, purpose: String?, run: String, recipe: String, parameters: [String: String], seed: Int,
        data: Data,
        preprocessing: [String], metrics: [String: Double], method: [String: String], importances: ImportanceReport,
        confusion: ConfusionTable?, bytes: Int, limits: [String]
    ) {
        self.capability = capability
        self.team = team
        self.purpose = purpose
        self.run = run
        self.recipe = recipe
        self.parameters = parameters
        self.seed = seed
        self.data = data
        self.preprocessing = preprocessing
        self.metrics = metrics
        self.method = method
        self.importances = importances
        self.confusion = confusion
        self.bytes = bytes
        self.limits = limits
    }
}
