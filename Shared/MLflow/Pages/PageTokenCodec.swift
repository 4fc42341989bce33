import Contracts
import Cryptography
import Foundation

/// Writes and reads page tokens: the order's values of a page's last record, signed, and bound to the search they belong to.
///
/// A client cannot read a token's meaning, change it, or go on with another filter or order.
public struct PageTokenCodec: Sendable {
    /// Bytes of the signature; 128 bits are plenty against guessing.
    private static let signatureLength = 16
    /// Longer than any token of ours: a handful of tag values of the greatest length.
    private static let longest = 262_144

    private let key: [UInt8]

    /// A codec that signs with a secret key, the same in all replicas.
    public init(key: [UInt8]) {
        self.key = key
    }

    /// A token for what follows a record.
    ///
    /// - Parameters:
    ///   - values: the record's value for each term of the order, nil where it has none.
    ///   - search: the search that gave the page.
    public func token(after values: [SearchValue?], in search: PagedSearch) -> String {
        token(after: values, bound: search.binding)
    }

    /// A token for what follows a record of a listing that is no search; `binding` must name all that decides what the listing has.
    public func token(after values: [SearchValue?], binding: [String]) -> String {
        token(after: values, bound: PagedSearch.bytes(binding))
    }

    private func token(after values: [SearchValue?], bound: [UInt8]) -> String {
        let payload = JSONValue.array(values.map(Self.write)).canonical
        return Base64URL.encode(signature(payload, bound) + payload)
    }

    /// The values in a token, nil for an absent or empty one: the first page.
    ///
    /// Throws `INVALID_PARAMETER_VALUE` when it is none of ours, or another search's.
    public func values(in token: String?, of search: PagedSearch) throws(MLflowError) -> [SearchValue?]? {
        try values(in: token, count: search.order.terms.count, bound: search.binding)
    }

    /// The `count` values in a token of a listing that is no search, nil for an absent or empty one.
    ///
    /// Throws `INVALID_PARAMETER_VALUE` when it is none of ours, or another listing's.
    public func values(in token: String?, count: Int, binding: [String]) throws(MLflowError) -> [SearchValue?]? {
        try values(in: token, count: count, bound: PagedSearch.bytes(binding))
    }

    private func values(in token: String?, count: Int, bound: [UInt8]) throws(MLflowError) -> [SearchValue?]? {
        guard let token, !token.isEmpty else { return nil }
        guard token.utf8.count <= Self.longest, let bytes = Base64URL.decode(token), bytes.count > Self.signatureLength else {
            throw Self.refusal
        }
        let payload = Array(bytes.dropFirst(Self.signatureLength))
        guard equalInConstantTime(Array(bytes.prefix(Self.signatureLength)), signature(payload, bound)),
            case .array(let elements)? = try? WireJSON.decode(JSONValue.self, from: Data(payload)),
            elements.count == count
        else { throw Self.refusal }
        return elements.map(Self.read)
    }

    private static let refusal = MLflowError.invalid(
        "Invalid page token: expected a next_page_token of this search, with the same filter and order.")

    private func signature(_ payload: [UInt8], _ binding: [UInt8]) -> [UInt8] {
        let message = Array("mlflow page token\n".utf8) + binding + payload
        return Array(authenticationCode(of: message, key: key).prefix(Self.signatureLength))
    }

    /// A double travels as its bits, so that it comes back exactly, NaN and infinities too.
    private static func write(_ value: SearchValue?) -> JSONValue {
        switch value {
        case nil: .null
        case .integer(let value): .integer(value)
        case .number(let value): .array([.integer(Int64(bitPattern: value.bitPattern))])
        case .text(let value): .string(value)
        }
    }

    private static func read(_ element: JSONValue) -> SearchValue? {
        switch element {
        case .integer(let value): .integer(value)
        case .string(let value): .text(value)
        case .array(let bits): bits.first?.integerValue.map { .number(Double(bitPattern: UInt64(bitPattern: $0))) }
        default: nil
        }
    }
}
