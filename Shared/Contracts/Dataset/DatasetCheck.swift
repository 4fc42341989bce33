/// A check of a version.
public struct DatasetCheck: Sendable, Hashable, Codable {
    /// What it found.
    public enum Verdict: String, Sendable, Codable, CaseIterable {
        case pass
        case warn
        case fail
    }

    public var name: String
    public var verdict: Verdict
    public var message: String

    public init(name: String, verdict: Verdict, message: String) {
        self.name = name
        self.verdict = verdict
        self.message = message
    }
}
