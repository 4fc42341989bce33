import Contracts

extension MLflowError: ProblemConvertible {
    /// The error as a handler throws it: a route of MLflow's style answers with this very code and sentence.
    public var problem: Problem { Problem(.mlflow(code.rawValue, status), message) }
}
