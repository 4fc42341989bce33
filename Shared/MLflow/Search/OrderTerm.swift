/// One key of an order, and its direction.
public struct OrderTerm: Sendable, Hashable {
    /// The dataset on which a logged model's metric was measured.
    public struct Dataset: Sendable, Hashable {
        public let name: String
        /// Nil for any version of the dataset.
        public let digest: String?

        /// A dataset by its name, and by its digest when one is given.
        public init(name: String, digest: String? = nil) {
            self.name = name
            self.digest = digest
        }
    }

    public let field: SearchField
    public let ascending: Bool
    public let dataset: Dataset?

    /// A key and its direction; nothing is checked here.
    public init(_ field: SearchField, ascending: Bool, dataset: Dataset? = nil) {
        self.field = field
        self.ascending = ascending
        self.dataset = dataset
    }
}

extension OrderTerm: CustomStringConvertible {
    /// The term as an `order_by` clause writes it, and its dataset behind it.
    public var description: String {
        let names = dataset.map { [$0.name, $0.digest].compactMap { $0 }.map { quoted($0, with: "'") }.joined(separator: " ") }
        return "\(field) \(ascending ? "ASC" : "DESC")" + (names.map { " ON \($0)" } ?? "")
    }
}
