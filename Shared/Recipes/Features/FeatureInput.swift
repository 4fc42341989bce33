import Contracts
import ONNX

/// An input of a capability, and how it becomes features.
public struct FeatureInput: Sendable, Hashable {
    /// What becomes of the input's elements.
    public enum Encoding: Sendable, Hashable {
        /// Used as numbers; with `fill`, one number for each element stands in for NaN and for `missing`.
        case numbers(fill: [Float]?, missing: Float?)
        /// For each element a feature for each of these texts, 1 where it is that; none for a text that was not seen.
        case categories([[String]])
        /// Counts of n-grams of words, hashed to so many features, each row scaled to length 1.
        case words(buckets: Int, longest: Int)
        case image(ImageShape)
    }

    public let field: Interface.Field
    public let encoding: Encoding

    public init(field: Interface.Field, encoding: Encoding) {
        self.field = field
        self.encoding = encoding
    }

    /// How many features it makes.
    public var columns: Int {
        switch encoding {
        case .numbers: field.elementsPerRow ?? 0
        case .categories(let texts): texts.reduce(0) { $0 + $1.count }
        case .words(let buckets, _): buckets
        case .image(let shape): shape.columns
        }
    }

    /// A name for each feature.
    public var columnNames: [String] {
        switch encoding {
        case .numbers where columns == 1: [field.name]
        case .categories(let texts):
            texts.enumerated().flatMap { index, texts in
                texts.map { texts.isEmpty ? field.name : "\(element(index)) = \($0)" }
            }
        case .words: (0..<columns).map { "\(field.name) #\($0)" }
        default: (0..<columns).map { "\(field.name)[\($0)]" }
        }
    }

    private func element(_ index: Int) -> String { field.elementsPerRow == 1 ? field.name : "\(field.name)[\(index)]" }

    /// Whether its elements are features as they are.
    var isPlain: Bool {
        if case .numbers(nil, _) = encoding { field.datatype == "FP32" && field.shape.count == 2 } else { false }
    }

    /// The element type of a field; nil for one that no recipe takes.
    static func element(of field: Interface.Field) -> ONNXModel.ElementType? {
        switch field.datatype {
        case "FP32": .float
        case "FP64": .double
        case "INT8": .int8
        case "INT16": .int16
        case "INT32": .int32
        case "INT64": .int64
        case "UINT8": .uint8
        case "UINT16": .uint16
        case "UINT32": .uint32
        case "BOOL": .bool
        case "BYTES": .string
        default: nil
        }
    }

    /// Why a field cannot be encoded with these options; nil where it can.
    public static func fault(of field: Interface.Field, options: FeatureOptions) -> RecipeError? {
        guard element(of: field) != nil else { return .input(field.name, expected: "of a type that recipes take, as FP32, INT64 or BYTES") }
        if ImageShape.isImage(field) {
            do throws(RecipeError) {
                _ = try ImageShape(field, options: options)
                return nil
            } catch { return error }
        }
        guard field.elementsPerRow != nil else { return .input(field.name, expected: "of a fixed number of elements a row") }
        if field.datatype != "BYTES", options.missing != nil, options.fill == .none {
            return .input(field.name, expected: "imputed by mean or zero, since a number that means missing is given")
        }
        if options.texts.contains(field.name), field.datatype != "BYTES" || field.elementsPerRow != 1 {
            return .input(field.name, expected: "BYTES with one text a row, since it is to be split into words")
        }
        return nil
    }
}
