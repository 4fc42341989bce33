import Logging

/// Names of the facts that log lines carry, so that they cannot drift.
public enum LogKey: String, Sendable, CaseIterable {
    case attempt
    case bytes
    case capability
    case count
    case dataset
    case durationMilliseconds = "durationMs"
    case error
    case event
    case experiment
    case instance
    case job
    case keyID = "keyId"
    case method
    case model
    case path
    case peer
    case port
    case project
    case reader
    case reason
    case requestID = "requestId"
    case route
    case run
    case segment
    case service
    case spanID = "spanId"
    case spool
    case status
    case subject
    case suite
    case task
    case team
    case traceID = "traceId"
    case variant
    case version
}

extension Dictionary where Key == String, Value == Logger.MetadataValue {
    /// Log metadata with listed keys.
    public init(facts: [LogKey: Logger.MetadataValue]) {
        self.init(minimumCapacity: facts.count)
        for (key, value) in facts { self[key.rawValue] = value }
    }
}

extension Logger {
    /// The fact that every line of this logger carries.
    public subscript(key: LogKey) -> Logger.MetadataValue? {
        get { self[metadataKey: key.rawValue] }
        set { self[metadataKey: key.rawValue] = newValue }
    }

    /// Logs a constant sentence with its facts.
    public func log(level: Logger.Level, _ message: Logger.Message, facts: @autoclosure () -> [LogKey: Logger.MetadataValue]) {
        log(level: level, message, metadata: Logger.Metadata(facts: facts()))
    }
}
