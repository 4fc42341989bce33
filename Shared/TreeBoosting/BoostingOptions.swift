/// How gradient-boosted trees are grown (Chen & Guestrin 2016); names in parentheses are XGBoost's.
public struct BoostingOptions: Sendable, Hashable {
    /// What is lowered.
    public enum Objective: Sendable, Hashable {
        /// The mean of -ln p(class).
        case classes(Int)
        /// The mean squared error.
        case number
    }

    public var objective: Objective
    /// Rounds; each grows a tree, or one for each of three or more classes (`num_boost_round`).
    public var rounds = 100
    public var depth = 6
    /// Share of each tree that counts (`eta`).
    public var learningRate = 0.3
    /// Least sum of second derivatives in a leaf (`min_child_weight`).
    public var leafWeight = 1.0
    /// Share of the rows drawn for each tree (`subsample`).
    public var rowShare = 1.0
    /// Share of the features drawn for each tree (`colsample_bytree`).
    public var columnShare = 1.0
    /// Penalty on squared leaf values (`lambda`).
    public var l2 = 1.0
    /// Least fall of the loss for a split (`gamma`).
    public var leastGain = 0.0
    /// Bins of each feature's histogram (`max_bin`).
    public var bins = 256
    /// Ends after so many rounds without a smaller validation loss; not used without validation rows.
    public var patience = 20
    public var seed = 0

    public init(_ objective: Objective) {
        self.objective = objective
    }

    /// The library's parameters: one thread and histograms, so that the same rows give the same bytes.
    var parameters: [(String, String)] {
        let common = [
            ("tree_method", "hist"), ("nthread", "1"), ("verbosity", "0"), ("seed", String(seed)), ("eta", "\(learningRate)"),
            ("max_depth", String(depth)), ("min_child_weight", "\(leafWeight)"), ("subsample", "\(rowShare)"),
            ("colsample_bytree", "\(columnShare)"), ("lambda", "\(l2)"), ("gamma", "\(leastGain)"), ("max_bin", String(bins)),
        ]
        switch objective {
        case .number: return common + [("objective", "reg:squarederror"), ("eval_metric", "rmse")]
        case .classes(2): return common + [("objective", "binary:logistic"), ("eval_metric", "logloss")]
        case .classes(let count):
            return common + [("objective", "multi:softprob"), ("num_class", String(count)), ("eval_metric", "mlogloss")]
        }
    }
}
