/// What MLflow's search calls look for; each has a vocabulary of its own.
public enum SearchKind: String, CaseIterable, Sendable {
    case runs
    case experiments
    case registeredModels = "registered models"
    case modelVersions = "model versions"
    case loggedModels = "logged models"
}
