/// What goes into a capability and what comes out, as Open Inference Protocol tensors.
public struct Interface: Sendable, Hashable, Codable {
    /// One tensor.
    public struct Field: Sendable, Hashable, Codable {
        public var name: String
        /// A datatype of the Open Inference Protocol, as `FP32`.
        public var datatype: String
        /// -1 is a variable dimension; the first one is the batch.
        public var shape: [Int]
        /// Smallest value allowed.
        public var minimum: Double?
        /// Largest value allowed.
        public var maximum: Double?

        public init(name: String, datatype: String, shape: [Int], minimum: Double? = nil, maximum: Double? = nil) {
            self.name = name
            self.datatype = datatype
            self.shape = shape
            self.minimum = minimum
            self.maximum = maximum
        }

        /// Most elements of one row.
        public static let mostElements = 1 << 24

        /// Product of the sizes of one row that are fixed; nil beyond ``mostElements``.
        ///
        /// A revision that was applied under an older rule may hold any size, so nobody multiplies a shape's sizes in another way.
        public var fixedElements: Int? {
            var product = 1
            for size in shape.dropFirst() where size > 0 {
                let (next, isTooLarge) = product.multipliedReportingOverflow(by: size)
                guard !isTooLarge, next <= Self.mostElements else { return nil }
                product = next
            }
            return product
        }

        /// Elements of one row; nil where a size is variable, or beyond ``mostElements``.
        public var elementsPerRow: Int? { shape.dropFirst().contains { $0 < 1 } ? nil : fixedElements }
    }

    /// A value that travels with a request or a row and is not fed to the model.
    public struct ContextField: Sendable, Hashable, Codable {
        public var name: String
        public var datatype: String

        public init(name: String, datatype: String) {
            self.name = name
            self.datatype = datatype
        }
    }

    public var inputs: [Field]
    public var outputs: [Field]
    public var context: [ContextField]?

    public init(inputs: [Field], outputs: [Field], context: [ContextField]? = nil) {
        self.inputs = inputs
        self.outputs = outputs
        self.context = context
    }
}
