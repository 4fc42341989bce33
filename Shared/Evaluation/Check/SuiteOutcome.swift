import Contracts

/// A report and the rows it came from.
public struct SuiteOutcome: Sendable {
    /// Its `rows` is the digest of ``rows``.
    public let report: SuiteReport
    /// What the model said of each row that counted: the bytes of ``SuiteRows``, to be stored by their digest.
    public let rows: [UInt8]
}
