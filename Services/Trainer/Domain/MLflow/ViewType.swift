import Contracts
import MLflow

/// Which lifecycle stages a search looks at.
enum ViewType: String, Sendable, CaseIterable {
    case activeOnly = "ACTIVE_ONLY"
    case deletedOnly = "DELETED_ONLY"
    case all = "ALL"

    var stages: [String] {
        switch self {
        case .activeOnly: [LifecycleStage.active.rawValue]
        case .deletedOnly: [LifecycleStage.deleted.rawValue]
        case .all: LifecycleStage.allCases.map(\.rawValue)
        }
    }

    /// The view that a request asks for; what is active when it says nothing.
    init(_ fields: RequestFields, _ name: String) throws(MLflowError) {
        guard let text = try fields.text(name) else {
            self = .activeOnly
            return
        }
        guard let view = ViewType(rawValue: text.uppercased()) else {
            let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalidValue(.string(text), parameter: name, "expected one of \(names)")
        }
        self = view
    }
}
