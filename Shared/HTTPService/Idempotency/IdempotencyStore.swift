import Contracts
import Cryptography
import Foundation
import Observability
import Postgres

/// Answers kept by Idempotency-Key in the service's own schema, so that a repeated request has no second effect.
struct IdempotencyStore: Sendable {
    /// What a request finds.
    enum Finding: Sendable {
        /// Nobody did it before: the claim is ours.
        case claimed(IdempotencyClaim)
        /// It was done: this was the answer.
        case done(StoredReply)
        /// The key was used for another request.
        case mismatch
        /// Somebody is doing it right now.
        case underWay
    }

    static let migration = Migration(
        name: "http_v0001_idempotency",
        sql: """
            CREATE TABLE idempotency_keys (
                caller        text        NOT NULL,
                route         text        NOT NULL,
                key           text        NOT NULL,
                fingerprint   text        NOT NULL,
                claim         text        NOT NULL,
                claimed_until timestamptz NOT NULL,
                created_at    timestamptz NOT NULL DEFAULT now(),
                status        int,
                content_type  text,
                location      text,
                body          bytea,
                PRIMARY KEY (caller, route, key)
            );
            CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
            """)

    let database: Database

    /// Claims a key, or finds out what became of it. A claim whose holder died is taken over when its time is up.
    func claim(caller: String, route: String, key: String, fingerprint: String, for duration: Duration) async throws -> Finding {
        let claim = hexadecimal(randomBytes(16))
        let seconds = Double(duration.components.seconds) + 1
        let taken = try await database.query(
            """
            INSERT INTO idempotency_keys AS k (caller, route, key, fingerprint, claim, claimed_until)
                 VALUES (\(caller), \(route), \(key), \(fingerprint), \(claim), now() + make_interval(secs => \(seconds)))
            ON CONFLICT (caller, route, key) DO UPDATE
                    SET claim = EXCLUDED.claim, claimed_until = EXCLUDED.claimed_until
                  WHERE k.status IS NULL AND k.claimed_until < now() AND k.fingerprint = EXCLUDED.fingerprint
              RETURNING claim
            """)
        if !taken.isEmpty { return .claimed(IdempotencyClaim(id: claim, database: database)) }
        let rows = try await database.query(
            """
            SELECT fingerprint, status, content_type, location, body
              FROM idempotency_keys
             WHERE caller = \(caller) AND route = \(route) AND key = \(key)
            """)
        guard let row = rows.first else { return .underWay }
        guard try row.decode("fingerprint", as: String.self) == fingerprint else { return .mismatch }
        guard let status = try row.decode("status", as: Int?.self) else { return .underWay }
        return .done(
            StoredReply(
                status: status, contentType: try row.decode("content_type"), location: try row.decode("location"),
                body: [UInt8](try row.decode("body", as: Data?.self) ?? Data())))
    }

    /// Forgets answers that are older than a client may repeat.
    func prune() async throws {
        try await database.execute("DELETE FROM idempotency_keys WHERE created_at < now() - interval '48 hours'")
    }
}

/// The right to do the work of one Idempotency-Key.
struct IdempotencyClaim: Sendable {
    let id: String
    let database: Database

    /// Keeps the answer. Within the transaction of the work, work and answer happen together or not at all.
    func keep(_ reply: StoredReply, on connection: Connection) async throws {
        let changed = try await connection.execute(keeping(reply))
        // Somebody took the claim over: this transaction is the late one, and must not happen as well.
        if changed == 0 { throw Problem(.conflict, "The same request was carried out by another attempt", retryAfter: 1) }
    }

    /// Keeps the answer of work that kept none itself.
    func keep(_ reply: StoredReply) async throws {
        try await database.execute(keeping(reply))
    }

    /// Lets the next attempt try, after work that failed.
    func release() async throws {
        try await database.execute("DELETE FROM idempotency_keys WHERE claim = \(id) AND status IS NULL")
    }

    private func keeping(_ reply: StoredReply) -> SQL {
        """
        UPDATE idempotency_keys
           SET status = \(reply.status), content_type = \(reply.contentType), location = \(reply.location), body = \(Data(reply.body))
         WHERE claim = \(id) AND status IS NULL
        """
    }
}
