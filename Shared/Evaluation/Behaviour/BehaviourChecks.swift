import Contracts

/// The checks that run the model on more than the rows of the test split.
enum BehaviourChecks {
    /// The check of a test of this kind; nil for other kinds.
    static func check(_ kind: TestKind, _ test: TestSpec) -> (any Check)? { nil }
}
