import Contracts
import MLflow

/// The stages that came before aliases; clients still ask for them.
enum ModelStage: String, Sendable, Hashable, CaseIterable {
    case none = "None"
    case staging = "Staging"
    case production = "Production"
    case archived = "Archived"

    /// Reads a stage, whatever its case.
    init(_ text: String) throws(MLflowError) {
        guard let stage = Self.allCases.first(where: { $0.rawValue.lowercased() == text.lowercased() }) else {
            let all = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalid("Invalid Model Version stage: \(text). Value must be one of \(all).")
        }
        self = stage
    }

    /// Whether models are served from it.
    var isActive: Bool { alias != nil }

    /// The alias whose gate a capability's version passes on its way into the stage.
    var alias: String? {
        switch self {
        case .production: "champion"
        case .staging: "candidate"
        case .none, .archived: nil
        }
    }

    /// Throws where versions of a stage cannot be archived in favour of a new one.
    func requireActive() throws(MLflowError) {
        guard !isActive else { return }
        throw .invalid(
            "Model version transition cannot archive existing model versions because '\(rawValue)' is not an Active stage. "
                + "Valid stages are ['Staging', 'Production']")
    }
}
