/// Why inference gave no answer.
enum InferenceFault: Error, Hashable {
    /// No connection could be made, or it broke.
    case unreachable
    /// The deadline passed.
    case timeout
    /// The client hung up.
    case cancelled
    /// What came was no answer, or a larger one than is passed on.
    case unreadable
}
