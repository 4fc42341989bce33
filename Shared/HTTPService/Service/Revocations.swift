import Contracts
import EventLog
import Foundation
import Logging
import Observability
import Postgres
import ServiceLifecycle
import Synchronization

/// Feeds the deny-list from the event log; ready once everything that was revoked before has been read.
final class Revocations: Service {
    private let denyList: DenyList
    private let database: Database
    private let logger: Logger
    private let isCaughtUp = Atomic(false)

    init(denyList: DenyList, database: Database, logger: Logger) {
        self.denyList = denyList
        self.database = database
        self.logger = logger
    }

    /// Not ready before the revocations of the past are known: a revoked key must not work again because a service was restarted.
    var check: ReadinessCheck {
        ReadinessCheck("revocations") { [self] in
            guard isCaughtUp.load(ordering: .acquiring) else { throw RevocationsUnread() }
        }
    }

    func run() async throws {
        // From a time on before which no token was made that is still good. Eagerly, since a revocation must count within
        // a second also while somebody's long transaction is under way; it may come twice and in any order.
        let tail = EventTail(
            types: [EventType.revoked, EventType.rolesChanged], database: database, start: .last(DenyList.retention), isEager: true,
            logger: logger,
            onCaughtUp: { [self] in isCaughtUp.store(true, ordering: .releasing) },
            apply: { [self] event in apply(event) })
        try await tail.run()
    }

    func apply(_ event: EventEnvelope) {
        let subject = event.data["subject"]?.stringValue
        switch event.type {
        case EventType.rolesChanged:
            guard let subject, let generation = event.data["generation"]?.integerValue else { return unreadable(event) }
            denyList.require(generation: Int(generation), of: subject)
        default:
            let key = event.data["keyId"]?.stringValue
            guard key != nil || subject != nil else { return unreadable(event) }
            if let key { denyList.revoke(key: key) }
            if let subject { denyList.revoke(subject: subject) }
        }
    }

    private func unreadable(_ event: EventEnvelope) {
        logger.log(level: .error, "revocation cannot be read", facts: [.event: "\(event.id)"])
    }
}

/// The revocations of the past have not all been read yet.
private struct RevocationsUnread: Error {}
