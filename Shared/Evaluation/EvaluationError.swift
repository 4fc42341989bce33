/// Why a model cannot be tested on these rows.
public enum EvaluationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The model's tensors are not those of the interface.
    case model(String)
    /// A row does not fit the interface or the choices.
    case row(id: String, String)
    /// The manifest does not say what is to be measured.
    case manifest(String)
    /// The stored rows of a report cannot be read.
    case rows(String)

    public var description: String {
        switch self {
        case .model(let reason): "the model cannot be tested: \(reason)"
        case .row(let id, let reason): "row \(id) cannot be used: \(reason)"
        case .manifest(let reason): "the manifest cannot be tested: \(reason)"
        case .rows(let reason): "the rows of the report cannot be read: \(reason)"
        }
    }
}
