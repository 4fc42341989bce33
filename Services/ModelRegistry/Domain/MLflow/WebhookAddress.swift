import Contracts
import Foundation
import MLflow

/// The parts of a webhook's URL that say where it leads.
struct WebhookAddress: Sendable, Hashable {
    /// Bytes of a URL that a webhook may have.
    static let longest = 2_048

    let url: String
    let host: String

    /// Reads a URL: http or https, a host, no name and password.
    init(_ text: String) throws(MLflowError) {
        guard text.utf8.count <= Self.longest, text.unicodeScalars.allSatisfy({ $0.value > 32 && $0.value < 127 }),
            let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = parts.host, !host.isEmpty, parts.user == nil, parts.password == nil, parts.fragment == nil,
            (1...65_535).contains(parts.port ?? 443)
        else {
            throw .invalidValue(
                .string(String(text.prefix(200))), parameter: "url", "expected an http or https URL with a host and without credentials")
        }
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        guard Self.isCanonical(bare) else {
            throw .invalid("url host '\(bare)' is not a canonical IP address literal.")
        }
        url = text
        self.host = bare
    }

    /// Whether a host that looks like an address is one in its one spelling: `127.1` and `0177.0.0.1` mean other things to others.
    private static func isCanonical(_ host: String) -> Bool {
        if host.contains(":") { return true }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let isNumeric = labels.allSatisfy { $0.allSatisfy(\.isNumber) || $0.lowercased().hasPrefix("0x") }
        guard isNumeric else { return true }
        return labels.count == 4
            && labels.allSatisfy { label in UInt8(label).map { String($0) == label } ?? false }
    }
}
