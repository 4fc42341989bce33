/// How far the growing of trees has come.
public struct BoostingStep: Sendable, Hashable {
    /// 1 after the first round.
    public let round: Int
    /// The mean loss of the rows fitted to: -ln p(class), or the root of the mean squared error.
    public let loss: Double
    public let validationLoss: Double?

    /// Called after each round; what it throws ends the fit and is passed on.
    public typealias Handler = (BoostingStep) throws -> Void
}
