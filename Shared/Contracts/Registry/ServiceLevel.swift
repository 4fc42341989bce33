/// What the owner of a capability promises to callers: what its tests hold it to.
public struct ServiceLevel: Sendable, Hashable, Codable {
    /// A percentile of the time of a call.
    public struct Latency: Sendable, Hashable, Codable {
        public var percentile: Double
        public var millisecondsAtMost: Double
        /// Rows in the call.
        public var rows: Int
        /// Name of the machine profile on which it counts.
        public var machine: String?

        public init(percentile: Double, millisecondsAtMost: Double, rows: Int, machine: String?) {
            self.percentile = percentile
            self.millisecondsAtMost = millisecondsAtMost
            self.rows = rows
            self.machine = machine
        }
    }

    /// Requests a minute that one key may make; nil where there is no such limit.
    public var requestsPerMinute: Int?
    public var latency: [Latency]

    public init(requestsPerMinute: Int?, latency: [Latency]) {
        self.requestsPerMinute = requestsPerMinute
        self.latency = latency
    }
}
