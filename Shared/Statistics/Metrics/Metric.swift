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
        /// A rate of one class.
        case rate(ClassRate, of: Int)
        /// One class against the rest; nil is class 1 of two, or else the mean over classes.
        case receiverArea(of: Int?)
        case precisionRecallArea(of: Int?)
        case determination
    }

    /// Every name that `named` knows without an argument.
    public static var names: [String] { table.map(\.name) }

    /// The metric of this name, or a fault that lists the names there are.
    ///
    /// An argument stands in brackets: the class of a rate or area (`recall[3]`; without one, rates like `tpr` are of class 1),
    /// or the quantile of the pinball loss (`pinball[0.9]`; 0.5 without one).
    public static func named(_ name: String) throws(MetricError) -> Metric {
        if let metric = table.first(where: { $0.name == name }) ?? withArgument(name) { return metric }
        throw .unknown(name: name, known: names)
    }

    private static let table: [Metric] = [
        Metric(name: "accuracy", higherIsBetter: true, kind: .accuracy),
        Metric(name: "balanced_accuracy", higherIsBetter: true, kind: .recall),
        Metric(name: "brier", higherIsBetter: false, kind: .loss(.brier)),
        Metric(name: "ece", higherIsBetter: false, kind: .calibration),
        Metric(name: "f1", higherIsBetter: true, kind: .f1),
        Metric(name: "f1_micro", higherIsBetter: true, kind: .f1Micro),
        Metric(name: "fpr", higherIsBetter: false, kind: .rate(.fallOut, of: 1)),
        Metric(name: "log_loss", higherIsBetter: false, kind: .loss(.logarithmic)),
        Metric(name: "mae", higherIsBetter: false, kind: .loss(.absolute)),
        Metric(name: "pinball", higherIsBetter: false, kind: .loss(.pinball(quantile: 0.5))),
        Metric(name: "ppv", higherIsBetter: true, kind: .rate(.precision, of: 1)),
        Metric(name: "pr_auc", higherIsBetter: true, kind: .precisionRecallArea(of: nil)),
        Metric(name: "precision", higherIsBetter: true, kind: .precision),
        Metric(name: "r2", higherIsBetter: true, kind: .determination),
        Metric(name: "recall", higherIsBetter: true, kind: .recall),
        Metric(name: "rmse", higherIsBetter: false, kind: .loss(.rootSquare)),
        Metric(name: "roc_auc", higherIsBetter: true, kind: .receiverArea(of: nil)),
        Metric(name: "selection_rate", higherIsBetter: true, kind: .rate(.selection, of: 1)),
        Metric(name: "tpr", higherIsBetter: true, kind: .rate(.recall, of: 1)),
    ]

    private static func withArgument(_ name: String) -> Metric? {
        guard name.hasSuffix("]"), let open = name.firstIndex(of: "[") else { return nil }
        let argument = name[name.index(after: open)...].dropLast()
        if name[..<open] == "pinball" {
            guard let quantile = Double(argument), quantile > 0, quantile < 1 else { return nil }
            return Metric(name: name, higherIsBetter: false, kind: .loss(.pinball(quantile: quantile)))
        }
        guard argument.allSatisfy({ $0.isASCII && $0.isNumber }), let label = Int(argument) else { return nil }
        return kind(String(name[..<open]), of: label).map { Metric(name: name, higherIsBetter: name[..<open] != "fpr", kind: $0) }
    }

    private static func kind(_ name: String, of label: Int) -> Kind? {
        switch name {
        case "precision", "ppv": .rate(.precision, of: label)
        case "recall", "tpr": .rate(.recall, of: label)
        case "f1": .rate(.f1, of: label)
        case "fpr": .rate(.fallOut, of: label)
        case "selection_rate": .rate(.selection, of: label)
        case "roc_auc": .receiverArea(of: label)
        case "pr_auc": .precisionRecallArea(of: label)
        default: nil
        }
    }
}
