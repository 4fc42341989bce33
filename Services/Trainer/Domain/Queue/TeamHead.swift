/// The job of a team that would start next, and how much of the team's quota is in use.
struct TeamHead: Sendable, Hashable {
    let job: Job.Key
    let team: String
    let priority: Int
    /// Place in the order in which jobs came.
    let ordinal: Int
    /// Jobs of the team that are held now.
    let held: Int
    /// Most that may be.
    let quota: Int

    /// The job to start next: of the teams below their quota the highest priority, then the team with the fewest at work, then the oldest.
    static func next(_ heads: [TeamHead]) -> TeamHead? {
        heads.filter { $0.held < $0.quota }.min { first, second in
            if first.priority != second.priority { return first.priority > second.priority }
            if first.held != second.held { return first.held < second.held }
            return first.ordinal < second.ordinal
        }
    }
}
