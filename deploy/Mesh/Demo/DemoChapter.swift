/// The parts of the demo's story, in the order in which they are played.
enum DemoChapter: Int, Sendable, CaseIterable {
    case capability = 1
    case dataset
    case labeling
    case commit
    case training
    case tests
    case promotion
    case experiment
    case drift

    var title: String {
        switch self {
        case .capability: "The capability is declared, its tests first"
        case .dataset: "The data set is ingested, without its labels"
        case .labeling: "Three labelers answer, with errors"
        case .commit: "The settled labels become a version of the data set"
        case .training: "A first model is trained"
        case .tests: "The tests fail on a slice; what it needs is labeled"
        case .promotion: "The gate refuses the red version and lets the green one through"
        case .experiment: "A second variant: shadow, then A/B"
        case .drift: "A scanner drifts in the wild"
        }
    }
}
