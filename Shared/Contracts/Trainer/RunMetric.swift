import Foundation

/// A metric logged by a run.
public struct RunMetric: Sendable, Hashable, Codable {
    public var key: String
    public var step: Int
    public var value: Double
    public var at: Date

    public init(key: String, step: Int, value: Double, at: Date) {
        self.key = key
        self.step = step
        self.value = value
        self.at = at
    }
}
