/// Why a recipe cannot be fitted to what was given.
public enum RecipeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// An input of the capability, or an option for it, is not one that a model can be made of.
    case input(String, expected: String)
    /// The rows do not allow a fit.
    case rows(String)
    /// The frozen model does not fit the capability.
    case backbone(String)

    public var description: String {
        switch self {
        case .input(let name, let expected): "input \(name) must be \(expected)"
        case .rows(let reason): reason
        case .backbone(let reason): "the backbone cannot be used: \(reason)"
        }
    }
}
