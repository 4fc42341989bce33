import Contracts
import Foundation
import MLflow
import MeshClient

/// Sends deliveries to receivers, at addresses that they may have.
struct WebhookSender: Sendable {
    /// What came of an attempt; the status is nil where there was no answer.
    struct Attempt: Sendable {
        let status: Int?
        let body: String
        let fault: String
    }

    static let timeout: Duration = .seconds(30)

    let client = OutboundClient()
    /// Whether receivers may be where only this network reaches them.
    let allowsPrivate: Bool

    /// The address that a URL leads to now. Throws `INVALID_PARAMETER_VALUE` where it may not lead.
    func address(_ url: String) async throws -> HostAddress {
        let place = try WebhookAddress(url)
        let found: [HostAddress]
        do {
            found = try await HostAddress.resolve(place.host)
        } catch {
            throw MLflowError.invalid("Timed out resolving url hostname '\(place.host)'")
        }
        guard let first = found.first else { throw MLflowError.invalid("Cannot resolve url hostname '\(place.host)'") }
        if !allowsPrivate, let near = found.first(where: { !AddressRange.isPublic($0.bytes) }) {
            throw MLflowError.invalid("url must not resolve to a non-public IP address. '\(place.host)' resolves to \(near).")
        }
        return first
    }

    /// One attempt. The name is resolved anew: it may lead elsewhere than when the webhook was made.
    func send(_ delivery: WebhookDelivery, secret: String?) async -> Attempt {
        do {
            let address = try await address(delivery.url)
            let answer = try await client.post(
                delivery.url, at: address, headers: delivery.headers(secret: secret, at: .now), body: Array(delivery.body.utf8),
                timeout: Self.timeout)
            return Attempt(
                status: answer.status, body: String(decoding: answer.body.prefix(10_000), as: UTF8.self),
                fault: "the receiver answered \(answer.status)")
        } catch let error as MLflowError {
            return Attempt(status: nil, body: "", fault: error.message)
        } catch let error as ClientError where error.kind == .timeout {
            return Attempt(status: nil, body: "", fault: "the receiver did not answer in time")
        } catch {
            return Attempt(status: nil, body: "", fault: "the receiver could not be reached")
        }
    }
}
