import Contracts
import Foundation
import Testing

@testable import ModelRegistryService

@Suite("Deliveries to receivers")
struct WebhookDeliveryTests {
    private func delivery(attempt: Int) -> WebhookDelivery {
        WebhookDelivery(
            id: UUID(uuidString: "6f1e2a8c-0000-4000-8000-000000000001") ?? UUID(), url: "https://example.org", body: #"{"a":1}"#,
            attempt: attempt)
    }

    @Test(
        "an answer decides what follows",
        arguments: [
            (200, "delivered"), (204, "delivered"), (302, "given"), (400, "given"), (404, "given"), (408, "later"), (429, "later"),
            (500, "later"), (503, "later"), (nil, "later"),
        ] as [(Int?, String)])
    func outcomes(status: Int?, expected: String) {
        let outcome = delivery(attempt: 1).outcome(status: status, fault: "f", jitter: 0)

        switch outcome {
        case .delivered: #expect(expected == "delivered")
        case .later(let seconds): #expect(expected == "later" && seconds == 1)
        case .given(up: let fault): #expect(expected == "given" && fault == "f")
        }
    }

    @Test("pauses double, have a limit and a jitter, and end with the last attempt")
    func pauses() {
        let pauses = (1...WebhookDelivery.attempts).map { delivery(attempt: $0).outcome(status: nil, fault: "f", jitter: 0) }

        #expect(pauses.dropLast() == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024].map { .later($0) }[...])
        #expect(pauses.last == .given(up: "f"))
        #expect(delivery(attempt: 3).outcome(status: 500, fault: "f", jitter: 1) == .later(6))
    }

    /// The code was computed with Python's hmac module.
    @Test("the signature is that of a value computed elsewhere")
    func signature() {
        let signed = delivery(attempt: 1).headers(secret: "s3cret", at: Date(timeIntervalSince1970: 1_764_000_000.9))
        let headers = Dictionary(signed) { $1 }

        #expect(headers["X-MLflow-Timestamp"] == "1764000000")
        #expect(headers["X-MLflow-Delivery-Id"] == "6f1e2a8c-0000-4000-8000-000000000001")
        #expect(headers["X-MLflow-Signature"] == "v1,+qBY9s8DEpfvWcVARRheSEuoqmCFiCcE7E0QFuex7LQ=")
    }
}
