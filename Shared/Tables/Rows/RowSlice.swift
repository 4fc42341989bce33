import Tensors

/// Some rows of a table, one after the other, as a model takes them.
public struct RowSlice: Sendable {
    /// Rows that go through the model together: their tensors have one shape.
    public struct Batch: Sendable {
        /// Places of the rows within the slice; nil when it is all of them in order.
        public let places: [Int]?
        public let rows: Int
        /// One for each field, in the order of the fields.
        public let inputs: [Tensor]
    }

    /// Number of the first row.
    public let first: Int
    public let count: Int
    public let batches: [Batch]
    /// By place, why a row cannot go through the model.
    public let faults: [Int: String]
}
