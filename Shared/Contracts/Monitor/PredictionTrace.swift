/// All that is known of one request.
public struct PredictionTrace: Sendable, Hashable, Codable {
    public var prediction: PredictionRecord?
    public var exposures: [ExposureRecord]
    public var feedback: [Feedback]

    public init(prediction: PredictionRecord? = nil, exposures: [ExposureRecord], feedback: [Feedback]) {
        self.prediction = prediction
        self.exposures = exposures
        self.feedback = feedback
    }
}
