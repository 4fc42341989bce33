/// Rows to be labeled, and why.
public struct NewTasks: Sendable, Hashable, Codable {
    public var reason: String
    public var tasks: [NewTask]

    public init(reason: String, tasks: [NewTask]) {
        self.reason = reason
        self.tasks = tasks
    }
}
