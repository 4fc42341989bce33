import Contracts

/// Which of two answers to a row people prefer.
struct Preference {
    enum Outcome: CaseIterable {
        case won
        case tied
        case lost
    }

    let row: DatasetRow
    private let first: JSONValue
    private let second: JSONValue
    /// Nil for a tie.
    private let isFirst: Bool?

    /// Nil where the row is none: `context.a`, `context.b` and a label of `a`, `b` or `tie`.
    init?(_ row: DatasetRow) {
        guard let first = row.context["a"], let second = row.context["b"], let label = row.label?.stringValue else { return nil }
        switch label {
        case "a": isFirst = true
        case "b": isFirst = false
        case "tie": isFirst = nil
        default: return nil
        }
        self.row = row
        self.first = first
        self.second = second
    }

    /// How a model's answer does against another's; nil where people were not asked about these two.
    func outcome(_ own: JSONValue, _ other: JSONValue) -> Outcome? {
        if own.canonical == other.canonical { return .tied }
        let (preferred, left) = isFirst == false ? (second, first) : (first, second)
        if let near = preferred.doubleValue, let one = own.doubleValue, let two = other.doubleValue, left.doubleValue != nil {
            guard isFirst != nil else { return .tied }
            let (here, there) = (abs(one - near), abs(two - near))
            return here < there ? .won : here > there ? .lost : .tied
        }
        let isOwnPreferred = own.canonical == preferred.canonical && other.canonical == left.canonical
        let isOwnLeft = own.canonical == left.canonical && other.canonical == preferred.canonical
        guard isOwnPreferred || isOwnLeft else { return nil }
        guard isFirst != nil else { return .tied }
        return isOwnPreferred ? .won : .lost
    }
}
