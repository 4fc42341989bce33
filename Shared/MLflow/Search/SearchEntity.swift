/// What the left side of a comparison belongs to.
public enum SearchEntity: String, CaseIterable, Sendable {
    case attribute
    case metric
    case parameter = "param"
    case tag
    case dataset
}
