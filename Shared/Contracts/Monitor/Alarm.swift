import Foundation

/// Something wrong in the wild.
public struct Alarm: Sendable, Hashable, Codable {
    /// Where it stands.
    public enum State: String, Sendable, Codable, CaseIterable {
        case firing
        case resolved
    }

    public var id: String
    public var capability: String
    /// All rows when `*`.
    public var slice: String
    /// drift or metric.
    public var kind: String
    /// psi or the metric's name.
    public var metric: String
    public var value: Double
    public var bound: Double
    public var rows: Int
    public var state: State
    public var openedAt: Date
    public var resolvedAt: Date?
    /// Tasks opened for it.
    public var labelingTasks: Int

    public init(
        id: String, capability: String, slice: String, kind: String, metric: String, value: Double, bound: Double, rows: Int,
        state: State, openedAt: Date, resolvedAt: Date? = nil, labelingTasks: Int
    ) {
        self.id = id
        self.capability = capability
        self.slice = slice
        self.kind = kind
        self.metric = metric
        self.value = value
        self.bound = bound
        self.rows = rows
        self.state = state
        self.openedAt = openedAt
        self.resolvedAt = resolvedAt
        self.labelingTasks = labelingTasks
    }
}
