import Contracts
import Foundation
import MLflow

/// Whom a team wants to be told of changes. Its secret is kept sealed, and nowhere here.
struct Webhook: Sendable, Hashable {
    /// Whether it is told anything.
    enum Status: String, Sendable {
        case active = "ACTIVE"
        case disabled = "DISABLED"
    }

    let id: UUID
    let team: String
    var name: String
    var url: String
    var events: [WebhookEvent]
    var description: String?
    var status: Status
    let createdAt: Date
    let updatedAt: Date

    /// Throws `INVALID_PARAMETER_VALUE` for a name that no webhook can have.
    static func check(name: String) throws(MLflowError) {
        guard name.wholeMatch(of: /[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?/) != nil else {
            throw .invalid(
                "Webhook name '\(name)' is invalid. It must start and end with a letter or digit, be less than 63 characters long, "
                    + "and contain only letters, digits, dots (.), underscores (_), and hyphens (-).")
        }
    }

    /// Reads a list of events, which may not be empty.
    static func events(_ fields: [RequestFields]) throws(MLflowError) -> [WebhookEvent] {
        var events: [WebhookEvent] = []
        for element in fields {
            let event = try WebhookEvent(element)
            if !events.contains(event) { events.append(event) }
        }
        guard !events.isEmpty else { throw .invalid("Webhook events cannot be empty") }
        return events
    }

    /// Reads a status.
    static func status(_ text: String) throws(MLflowError) -> Status {
        guard let status = Status(rawValue: text) else {
            throw .invalidValue(.string(text), parameter: "status", "expected ACTIVE or DISABLED")
        }
        return status
    }
}
