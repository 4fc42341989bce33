import Foundation

/// An event in CloudEvents 1.0 form (structured JSON). Unique by (source, id).
public struct EventEnvelope: Sendable, Hashable, Codable {
    /// Always `1.0`.
    public let specversion: String
    /// UUID, lower case.
    public let id: String
    /// The service that says it: `/services/labeling`.
    public let source: String
    /// What happened: `mlmesh.label.committed.v1`.
    public let type: String
    /// What it happened to: `digits` or `digits/3`.
    public let subject: String?
    /// When, RFC 3339 UTC.
    public let time: Date
    /// Always `application/json`.
    public let datacontenttype: String
    /// W3C trace context of the change.
    public let traceparent: String?
    /// The event's own content.
    public let data: JSONValue

    public init(
        id: String = UUID().uuidString.lowercased(), source: String, type: String, subject: String? = nil, time: Date = .now,
        traceparent: String? = nil, data: JSONValue
    ) {
        specversion = "1.0"
        self.id = id
        self.source = source
        self.type = type
        self.subject = subject
        self.time = time
        datacontenttype = "application/json"
        self.traceparent = traceparent
        self.data = data
    }
}
