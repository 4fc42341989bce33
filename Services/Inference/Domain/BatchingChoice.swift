/// Who says which requests of a model are merged.
enum BatchingChoice: Sendable, Hashable {
    /// Its owner.
    case declared
    /// A measurement when it was loaded: what a row costs in a merged run, as a share of its cost alone; nil where that was not measured.
    case measured(Double?)
    /// A measurement that is to come when it is loaded.
    case unmeasured

    var name: String {
        switch self {
        case .declared: "declaration"
        case .measured: "measurement"
        case .unmeasured: "measurement at load"
        }
    }
}
