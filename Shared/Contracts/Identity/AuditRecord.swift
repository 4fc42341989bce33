import Foundation

/// Something that somebody did to identities.
public struct AuditRecord: Sendable, Hashable, Codable {
    public var id: Int
    public var at: Date
    public var actor: String
    public var action: String
    public var subject: String
    public var detail: String?

    public init(id: Int, at: Date, actor: String, action: String, subject: String, detail: String? = nil) {
        self.id = id
        self.at = at
        self.actor = actor
        self.action = action
        self.subject = subject
        self.detail = detail
    }
}
