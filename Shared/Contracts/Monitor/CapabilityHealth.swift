/// How a capability does in the wild.
public struct CapabilityHealth: Sendable, Hashable, Codable {
    public var capability: String
    public var predictions: Int
    public var feedback: Int
    public var windows: Int
    public var slices: [SliceHealth]
    public var alarms: [Alarm]

    public init(capability: String, predictions: Int, feedback: Int, windows: Int, slices: [SliceHealth], alarms: [Alarm]) {
        self.capability = capability
        self.predictions = predictions
        self.feedback = feedback
        self.windows = windows
        self.slices = slices
        self.alarms = alarms
    }
}
