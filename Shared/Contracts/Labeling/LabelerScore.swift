/// How one labeler does.
public struct LabelerScore: Sendable, Hashable, Codable {
    public var labeler: String
    public var answers: Int
    public var goldAnswers: Int
    public var goldCorrect: Int
    /// From the consensus model.
    public var estimatedAccuracy: Double?

    public init(labeler: String, answers: Int, goldAnswers: Int, goldCorrect: Int, estimatedAccuracy: Double? = nil) {
        self.labeler = labeler
        self.answers = answers
        self.goldAnswers = goldAnswers
        self.goldCorrect = goldCorrect
        self.estimatedAccuracy = estimatedAccuracy
    }
}
