/// A metric as a test of a suite names it: of rows with a truth each, or of rankings.
public enum MetricChoice: Sendable, Equatable {
    case scored(Metric)
    case ranked(RankingMetric)

    /// Every name that a test may give without a class or a cut-off.
    public static var names: [String] { (Metric.names + RankingMetric.names.filter { !$0.contains("@") }).sorted() }

    /// The metric of a name, for one class (its position), or for the first `cutOff` places of a ranking.
    ///
    /// Throws `unknown` with the names there are, `needs` where the metric has no form for one class or no cut-off.
    public init(_ name: String, class position: Int? = nil, at cutOff: Int? = nil) throws(MetricError) {
        if let cutOff {
            guard let ranked = try? RankingMetric.named("\(name)@\(cutOff)") else {
                throw .needs("no cut-off: map, mrr, ndcg, precision and recall have one", metric: name)
            }
            guard position == nil else { throw .needs("either a class or a cut-off", metric: name) }
            self = .ranked(ranked)
        } else if let position {
            guard let scored = try? Metric.named("\(name)[\(position)]") else {
                throw .needs("no class: f1, fpr, ppv, pr_auc, precision, recall, roc_auc, selection_rate and tpr have one", metric: name)
            }
            self = .scored(scored)
        } else if let ranked = try? RankingMetric.named(name) {
            self = .ranked(ranked)
        } else if let scored = try? Metric.named(name) {
            self = .scored(scored)
        } else {
            throw .unknown(name: name, known: Self.names)
        }
    }

    public var higherIsBetter: Bool {
        switch self {
        case .scored(let metric): metric.higherIsBetter
        case .ranked(let metric): metric.higherIsBetter
        }
    }
}
