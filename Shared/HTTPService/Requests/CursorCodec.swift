import Contracts
import Cryptography
import Foundation

/// Writes and reads page cursors: the key of the last row of a page, signed, and bound to the listing it belongs to.
struct CursorCodec: Sendable {
    private let key: [UInt8]
    /// Bytes of the signature; 128 bits are plenty against guessing.
    private static let signatureLength = 16

    init(key: [UInt8]) {
        self.key = key
    }

    /// A cursor after a row with this key. `binding` says which listing, with its filters.
    func encode(_ values: [String], binding: String) -> String {
        let payload = JSONValue.array(values.map { .string($0) }).canonical
        return Base64URL.encode(signature(payload, binding) + payload)
    }

    /// The key in a cursor; nil when it is not one of ours, or of another listing.
    func decode(_ cursor: String, binding: String) -> [String]? {
        guard cursor.utf8.count <= 2_048, let bytes = Base64URL.decode(cursor), bytes.count > Self.signatureLength else { return nil }
        let payload = Array(bytes.dropFirst(Self.signatureLength))
        guard equalInConstantTime(Array(bytes.prefix(Self.signatureLength)), signature(payload, binding)),
            case .array(let values)? = try? WireJSON.decode(JSONValue.self, from: Data(payload))
        else { return nil }
        return values.compactMap(\.stringValue)
    }

    private func signature(_ payload: [UInt8], _ binding: String) -> [UInt8] {
        let message = Array("mesh cursor\n\(binding.utf8.count)\n\(binding)\n".utf8) + payload
        return Array(authenticationCode(of: message, key: key).prefix(Self.signatureLength))
    }
}
