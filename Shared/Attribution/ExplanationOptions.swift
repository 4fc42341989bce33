import Tensors

/// What an explanation is asked for.
public struct ExplanationOptions: Sendable {
    /// Rows of one run of the model while coalitions are evaluated.
    public static let standardRowsPerRun = 256

    public var method: ExplanationMethod
    /// Name of the output to explain.
    public var output: String
    /// Column of the output; the largest of each row when nil.
    public var target: Int?
    /// Most coalitions of a row that are evaluated, each once for every background row; 2 for each player + 2048 when nil.
    public var samples: Int?
    public var seed: UInt64
    /// Rows that stand for "not known": one tensor for each input. Zeros and empty texts when nil.
    public var background: [Tensor]?
    /// Inputs to explain; the others stay as they are. All when nil.
    public var inputs: Set<String>?
    /// Edge of an image's patches, in pixels; an eighth of the longer edge when nil.
    public var patch: Int?
    /// Most rows of one run of the model.
    public var rowsPerRun: Int
    /// Most rows that the model may be run on in all.
    public var mostEvaluations: Int

    public init(
        method: ExplanationMethod = .auto, output: String, target: Int? = nil, samples: Int? = nil, seed: UInt64 = 0,
        background: [Tensor]? = nil, inputs: Set<String>? = nil, patch: Int? = nil, rowsPerRun: Int = Self.standardRowsPerRun,
        mostEvaluations: Int = .max
    ) {
        self.method = method
        self.output = output
        self.target = target
        self.samples = samples
        self.seed = seed
        self.background = background
        self.inputs = inputs
        self.patch = patch
        self.rowsPerRun = max(1, rowsPerRun)
        self.mostEvaluations = mostEvaluations
    }
}
