import Contracts
import Foundation
import HTTPService

/// The request for a token (RFC 6749 sections 2.3.1, 3.2 and 4.4.2).
enum TokenForm {
    private static let proof = ["client_id", "client_secret"]

    /// Client id and secret, from Basic authentication or from the form: one way, each parameter once.
    static func client(authorization: String?, _ form: QueryItems) throws -> (id: String, secret: String) {
        for name in ["grant_type"] + proof where form.values(name).count > 1 {
            throw Problem(.malformed, "The parameter \(name) is there \(form.values(name).count) times")
        }
        guard let grant = form.values("grant_type").first else { throw Problem(.malformed, "The parameter grant_type is missing") }
        guard grant == "client_credentials" else { throw FieldFault("grant_type", expected: "client_credentials") }
        guard let authorization else { return try inForm(form) }
        guard form.values("client_secret").isEmpty else {
            throw FieldFault("client_secret", expected: "nothing beside Basic authentication: a client proves itself in one way")
        }
        return try basic(authorization)
    }

    private static func inForm(_ form: QueryItems) throws -> (String, String) {
        guard let id = form.values(proof[0]).first, let secret = form.values(proof[1]).first, !id.contains("\0") else {
            throw Problem(.unauthenticated, "A client id and secret are expected, as Basic authentication or in the form")
        }
        return (id, secret)
    }

    private static func basic(_ header: String) throws -> (String, String) {
        guard header.lowercased().hasPrefix("basic "), let data = Data(base64Encoded: String(header.dropFirst(6))) else {
            throw Problem(.unauthenticated, "Basic authentication with client id and secret is expected")
        }
        let parts = String(decoding: data, as: UTF8.self).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        // A text with U+0000 cannot be stored, so no client has it.
        guard parts.count == 2, !parts[0].contains("\0") else {
            throw Problem(.unauthenticated, "Basic authentication with client id and secret is expected")
        }
        return (parts[0], parts[1])
    }
}
