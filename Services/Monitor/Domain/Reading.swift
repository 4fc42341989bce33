/// What one look said about one alarm's condition.
struct Reading: Sendable, Hashable {
    enum Outcome: Sendable, Hashable {
        case bad
        case clean
        /// Too few rows, or an interval on both sides of the bound.
        case unclear
    }

    let key: AlarmKey
    let outcome: Outcome
    let value: Double
    let bound: Double
    let rows: Int
}
