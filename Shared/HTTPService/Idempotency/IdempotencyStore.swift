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
        /// It was done, and the service's secret has changed since.
        case unreadable
    }

    static let migrations = [
        Migration(name: "http_v0001_idempotency", sql: table), Migration(name: "http_v0002_sealed_replies", sql: sealedReplies),
        Migration(name: "http_v0003_claims", sql: claims),
    ]

    private static let table = """
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
        """

    /// Answers kept in the clear are forgotten. From now on `key` is a digest, and `reply` is what a ``ReplySeal`` makes.
    private static let sealedReplies = """
        DELETE FROM idempotency_keys;
        ALTER TABLE idempotency_keys
            DROP COLUMN content_type, DROP COLUMN location, DROP COLUMN body, ADD COLUMN reply bytea;
        """

    /// An answer is written to the row of its claim: without an index each one reads all answers that are kept.
    private static let claims = "CREATE UNIQUE INDEX idempotency_keys_claim ON idempotency_keys (claim) WHERE status IS NULL;"

    let database: Database

    /// Claims a key, or finds out what became of it. A claim whose holder died is taken over when its time is up.
    func claim(
        caller: String, route: String, key: String, fingerprint: String, seal: ReplySeal, for duration: Duration
    ) async throws -> Finding {
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
        if !taken.isEmpty { return .claimed(IdempotencyClaim(id: claim, database: database, seal: seal)) }
        let rows = try await database.query(
            """
            SELECT fingerprint, status, reply
              FROM idempotency_keys
             WHERE caller = \(caller) AND route = \(route) AND key = \(key)
            """)
        guard let row = rows.first else { return .underWay }
        guard try row.decode("fingerprint", as: String.self) == fingerprint else { return .mismatch }
        guard try row.decode("status", as: Int?.self) != nil else { return .underWay }
        let sealed = [UInt8](try row.decode("reply", as: Data?.self) ?? Data())
        return try seal.open(sealed).map { .done($0) } ?? .unreadable
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
    let seal: ReplySeal

    /// Keeps the answer. Within the transaction of the work, work and answer happen together or not at all.
    func keep(_ reply: StoredReply, on connection: Connection) async throws {
        let changed = try await connection.execute(try keeping(reply))
        // Somebody took the claim over: this transaction is the late one, and must not happen as well.
        if changed == 0 { throw Problem(.conflict, "The same request was carried out by another attempt", retryAfter: 1) }
    }

    /// Keeps the answer of work that kept none itself.
    func keep(_ reply: StoredReply) async throws {
        try await database.execute(try keeping(reply))
    }

    /// Lets the next attempt try, after work that failed.
    func release() async throws {
        try await database.execute("DELETE FROM idempotency_keys WHERE claim = \(id) AND status IS NULL")
    }

    private func keeping(_ reply: StoredReply) throws -> SQL {
        """
        UPDATE idempotency_keys
           SET status = \(reply.status), reply = \(Data(try seal.seal(reply)))
         WHERE claim = \(id) AND status IS NULL
        """
    }
}
