import Contracts

/// A test of one kind, with what it asks for.
protocol Check: Sendable {
    /// What the test finds. An ``EvaluationError`` or an error of the engine that it throws leaves the test open and is its message.
    func judge(_ subject: Subject) throws -> TestResult
}
