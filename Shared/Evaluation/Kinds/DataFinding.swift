import Contracts
import Statistics

/// What one part of a data check found.
struct DataFinding {
    let verdict: Verdict
    let sentence: String
    let parts: [TestResult.Part]
    /// Rows that would settle it.
    var moreRows: Int?
}
