/// What a model of segments gives.
public struct SegmentPorts: Sendable, Hashable {
    /// INT64 `[-1]`: the index of the nearest centre.
    public let segment: String
    /// FP32 `[-1, segments]`: the Euclidean distance to each centre, in units of the features' deviations where they are standardised.
    public let distances: String?

    public init(segment: String, distances: String?) {
        self.segment = segment
        self.distances = distances
    }
}
