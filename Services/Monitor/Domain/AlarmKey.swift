/// What an alarm is about: at most one fires at a time.
struct AlarmKey: Sendable, Hashable, Codable {
    enum Kind: String, Sendable, Codable {
        case drift
        case metric
    }

    let slice: String
    let kind: Kind
    let metric: String
}
