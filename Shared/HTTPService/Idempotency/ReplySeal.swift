import Cryptography
import Foundation

/// Encrypts the answers that are kept for repetitions: some hand out a secret that is stored nowhere else in the clear.
///
/// The key comes from what only a repetition brings (Idempotency-Key, caller, route, body) and from the service's own secret, so that
/// neither the database alone nor a guessed Idempotency-Key opens an answer.
struct ReplySeal: Sendable {
    private let key: [UInt8]

    init(secret: [UInt8], caller: String, route: String, idempotencyKey: String, body: some Sequence<UInt8>) {
        let names = ["idempotency", caller, route, idempotencyKey].map { SHA256.digest($0) }
        key = authenticationCode(of: names.flatMap(\.self) + SHA256.digest(body), key: secret)
    }

    func seal(_ reply: StoredReply) throws -> [UInt8] {
        SealedBox.seal([UInt8](try JSONEncoder().encode(reply)), key: key)
    }

    /// Nil when the answer was sealed by another service's secret.
    func open(_ sealed: [UInt8]) throws -> StoredReply? {
        try SealedBox.open(sealed, key: key).map { try JSONDecoder().decode(StoredReply.self, from: Data($0)) }
    }
}
