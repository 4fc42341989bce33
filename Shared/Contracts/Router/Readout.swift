import Foundation

/// What an experiment shows. It may be looked at any time.
public struct Readout: Sendable, Hashable, Codable {
    /// What it says so far.
    public enum Verdict: String, Sendable, Codable, CaseIterable {
        case better
        case worse
        case undecided
        case blocked
    }

    public var experiment: String
    public var phase: Int
    public var at: Date
    public var arms: [ReadoutArm]
    /// Challenger minus control.
    public var difference: Double?
    /// Ends of the 95 % confidence sequence of the difference.
    public var low: Double?
    public var high: Double?
    /// p-value of the anytime-valid sample-ratio test.
    public var sampleRatioP: Double?
    public var lostExposures: Int
    public var guardrails: [Guardrail]
    public var verdict: Verdict
    public var reasons: [String]

    public init(
        experiment: String, phase: Int, at: Date, arms: [ReadoutArm], difference: Double? = nil, low: Double? = nil, high: Double? = nil,
        sampleRatioP: Double? = nil, lostExposures: Int, guardrails: [Guardrail], verdict: Verdict, reasons: [String]
    ) {
        self.experiment = experiment
        self.phase = phase
        self.at = at
        self.arms = arms
        self.difference = difference
        self.low = low
        self.high = high
        self.sampleRatioP = sampleRatioP
        self.lostExposures = lostExposures
        self.guardrails = guardrails
        self.verdict = verdict
        self.reasons = reasons
    }
}
