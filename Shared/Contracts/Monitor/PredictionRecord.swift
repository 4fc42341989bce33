import Foundation

/// One request as inference logged it in the spool.
public struct PredictionRecord: Sendable, Hashable, Codable {
    public var requestId: RequestID
    public var time: Date
    public var capability: String
    public var version: Int
    public var team: String
    public var experiment: String?
    public var variant: String?
    public var shadow: Bool
    public var unit: String?
    public var rows: Int
    /// From the request's arrival to its answer.
    public var microseconds: Int
    /// Flat row-major data by name.
    public var inputs: [String: JSONValue]
    /// Flat row-major data by name.
    public var outputs: [String: JSONValue]
    /// One value for each row by name.
    public var context: [String: [JSONValue]]
    /// Bytes of the data that was left out, by the name of the input, context or output: too large, not sampled, or redacted. Nil where
    /// all of it is here.
    public var omitted: [String: Int]?

    public init(
        requestId: RequestID, time: Date, capability: String, version: Int, team: String, experiment: String? = nil,
        variant: String? = nil, shadow: Bool, unit: String? = nil, rows: Int, microseconds: Int, inputs: [String: JSONValue],
        outputs: [String: JSONValue], context: [String: [JSONValue]], omitted: [String: Int]? = nil
    ) {
        self.requestId = requestId
        self.time = time
        self.capability = capability
        self.version = version
        self.team = team
        self.experiment = experiment
        self.variant = variant
        self.shadow = shadow
        self.unit = unit
        self.rows = rows
        self.microseconds = microseconds
        self.inputs = inputs
        self.outputs = outputs
        self.context = context
        self.omitted = omitted
    }
}
