/// What became of rows that were to be labeled.
struct TaskReceipt: Sendable, Hashable, Codable {
    /// Rows asked for.
    let asked: Int
    /// New tasks.
    let created: Int
    /// Rows that were tasks already, for the same reason.
    let known: Int
}
