/// The items of a query string, percent-decoded; `+` is a space, as forms write it.
public struct QueryItems: Sendable, Hashable {
    /// Name and value in the order given.
    public let items: [Item]

    public struct Item: Sendable, Hashable {
        public let name: String
        public let value: String
    }

    /// Reads a query (without `?`) or an `application/x-www-form-urlencoded` body. Bytes that are no UTF-8 are replaced.
    public init(_ text: some StringProtocol) {
        items = text.split(separator: "&").map { part in
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Item(name: Self.decoded(halves[0]), value: halves.count > 1 ? Self.decoded(halves[1]) : "")
        }
    }

    /// All values of a name.
    public func values(_ name: String) -> [String] {
        items.filter { $0.name == name }.map(\.value)
    }

    private static func decoded(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
