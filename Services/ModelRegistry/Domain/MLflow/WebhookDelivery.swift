import Contracts
import Cryptography
import Foundation

/// One thing that a receiver is to be told, until it has taken it.
struct WebhookDelivery: Sendable, Hashable {
    /// What is to become of a delivery after an attempt.
    enum Outcome: Sendable, Hashable {
        case delivered
        /// Again, after so many seconds.
        case later(Double)
        case given(up: String)
    }

    /// After so many the receiver is given up: some nine hours with the pauses between.
    static let attempts = 12
    private static let firstPause = 1.0
    private static let longestPause = 3 * 3_600.0

    let id: UUID
    let url: String
    let body: String
    /// How often it was tried, this time included.
    let attempt: Int

    /// What follows from an answer, or from none (`status` is nil).
    ///
    /// - Parameter jitter: between 0 and 1, so that what failed together does not come back together.
    func outcome(status: Int?, fault: String, jitter: Double) -> Outcome {
        if let status, (200..<300).contains(status) { return .delivered }
        let isTransient = status.map { $0 == 408 || $0 == 429 || $0 >= 500 } ?? true
        guard isTransient, attempt < Self.attempts else { return .given(up: fault) }
        let pause = min(Self.firstPause * Double(1 << (attempt - 1)), Self.longestPause)
        return .later(pause * (1 + 0.5 * jitter))
    }

    /// The headers that MLflow's receivers read; the signature covers id, time and body.
    func headers(secret: String?, at now: Date) -> [(String, String)] {
        let name = id.uuidString.lowercased()
        let time = String(Int(now.timeIntervalSince1970))
        let headers = [("content-type", "application/json"), ("X-MLflow-Delivery-Id", name), ("X-MLflow-Timestamp", time)]
        guard let secret, !secret.isEmpty else { return headers }
        let code = authenticationCode(of: Array("\(name).\(time).\(body)".utf8), key: Array(secret.utf8))
        return headers + [("X-MLflow-Signature", "v1," + Data(code).base64EncodedString())]
    }

    /// The body that tells of an event.
    static func body(_ event: WebhookEvent, _ data: [String: JSONValue], at time: Date) -> String {
        let value: JSONValue = [
            "entity": .string(event.entity), "action": .string(event.action),
            "timestamp": .string(ISO8601DateFormatter().string(from: time)), "data": .object(data),
        ]
        return String(decoding: value.canonical, as: UTF8.self)
    }
}
