import LinearAlgebra

/// A fitted model's file, with how it came about.
public struct FittedModel: Sendable {
    /// The ONNX file.
    public let model: [UInt8]
    /// On the rows that it was fitted to.
    public let loss: Double
    /// One entry a step of the method.
    public let curve: [TrainingProgress]
    public let importances: ImportanceReport
    /// What else the method tells of itself, for the model card.
    public let facts: [String: String]

    init(
        model: [UInt8], loss: Double, curve: [TrainingProgress], importances: ImportanceReport = .none, facts: [String: String] = [:]
    ) {
        self.model = model
        self.loss = loss
        self.curve = curve
        self.importances = importances
        self.facts = facts
    }
}
