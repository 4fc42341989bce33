/// A measure of a model, found by name.
///
/// Averages over classes leave out classes without a label in the rows, so that a slice chosen by label is not punished for
/// classes it cannot hold; where every class has a label they equal scikit-learn's macro averages (zero_division 0).
public struct Metric: Sendable, Equatable {
    public let name: String
    public let higherIsBetter: Bool
    let kind: Kind

    enum Kind: Sendable, Equatable {
        case accuracy
        case recall
        case precision
        case f1
        case f1Micro
        case loss(RowLoss)
        case calibration
    }

    /// Every name that `named` knows.
    public static var names: [String] { table.map(\.name) }

    /// The metric of this name, or a fault that lists the names there are.
    public static func named(_ name: String) throws(MetricError) -> Metric {
        guard let metric = table.first(where: { $0.name == name }) else { throw .unknown(name: name, known: names) }
        return metric
    }

    private static let table: [Metric] = [
        Metric(name: "accuracy", higherIsBetter: true, kind: .accuracy),
        Metric(name: "balanced_accuracy", higherIsBetter: true, kind: .recall),
        Metric(name: "brier", higherIsBetter: false, kind: .loss(.brier)),
        Metric(name: "ece", higherIsBetter: false, kind: .calibration),
        Metric(name: "f1", higherIsBetter: true, kind: .f1),
        Metric(name: "f1_micro", higherIsBetter: true, kind: .f1Micro),
        Metric(name: "log_loss", higherIsBetter: false, kind: .loss(.logarithmic)),
        Metric(name: "mae", higherIsBetter: false, kind: .loss(.absolute)),
        Metric(name: "precision", higherIsBetter: true, kind: .precision),
        Metric(name: "recall", higherIsBetter: true, kind: .recall),
        Metric(name: "rmse", higherIsBetter: false, kind: .loss(.rootSquare)),
    ]
}
