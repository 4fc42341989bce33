import Tensors

/// What a model said of the rows of a ``RowSlice``.
public struct PredictedSlice: Sendable {
    /// What it said of one batch.
    public struct Batch: Sendable {
        /// Places of the rows within the slice; nil when it is all of them in order.
        public let places: [Int]?
        /// One tensor for each output, in the order of the outputs.
        public let outputs: [Tensor]

        public init(places: [Int]?, outputs: [Tensor]) {
            self.places = places
            self.outputs = outputs
        }
    }

    public let first: Int
    public let count: Int
    public let batches: [Batch]
    public let faults: [Int: String]

    public init(first: Int, count: Int, batches: [Batch], faults: [Int: String]) {
        self.first = first
        self.count = count
        self.batches = batches
        self.faults = faults
    }
}

/// One output of a model as a column: a value for each row, or a list of them, row-major.
public struct OutputField: Sendable, Hashable {
    public let name: String
    public let datatype: Datatype
    public let isList: Bool

    public init(name: String, datatype: Datatype, isList: Bool) {
        self.name = name
        self.datatype = datatype
        self.isList = isList
    }

    var sqlType: String { datatype.sqlType + (isList ? "[]" : "") }
}
