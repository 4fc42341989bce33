import Contracts
import Tensors

/// Passes over the training rows once and learns what the encodings need: means of numbers, categories of texts.
public struct FeatureSurvey {
    private let fields: [Interface.Field]
    private let options: FeatureOptions
    /// For each field and element: how many numbers there were, and their sum.
    private var sums: [[(count: Int, sum: Double)]]
    /// For each field and element: how often each text occurs.
    private var texts: [[[String: Int]]]

    /// Throws ``RecipeError`` for a field that cannot be encoded.
    public init(_ fields: [Interface.Field], options: FeatureOptions) throws(RecipeError) {
        for field in fields {
            if let fault = FeatureInput.fault(of: field, options: options) { throw fault }
        }
        self.fields = fields
        self.options = options
        sums = fields.map { Array(repeating: (0, 0), count: $0.datatype == "BYTES" ? 0 : $0.elementsPerRow ?? 0) }
        texts = fields.map { Array(repeating: [:], count: $0.datatype == "BYTES" ? $0.elementsPerRow ?? 0 : 0) }
    }

    /// Whether rows tell it anything.
    public var needsRows: Bool {
        fields.contains { $0.datatype == "BYTES" && !options.texts.contains($0.name) } || options.fill == .mean
    }

    /// Adds rows: a tensor for each input, in the order of the fields.
    public mutating func add(_ tensors: [Tensor]) {
        for (index, tensor) in tensors.enumerated() {
            if tensor.datatype == .bytes {
                if !options.texts.contains(fields[index].name) { add(texts: tensor, to: index) }
            } else if options.fill == .mean, !ImageShape.isImage(fields[index]) {
                add(numbers: tensor, to: index)
            }
        }
    }

    /// What the rows so far say.
    public func plan() throws(RecipeError) -> FeaturePlan {
        var inputs: [FeatureInput] = []
        for (index, field) in fields.enumerated() {
            inputs.append(FeatureInput(field: field, encoding: try encoding(of: field, index)))
        }
        let plan = FeaturePlan(inputs: inputs)
        guard plan.columns > 0 else { throw .rows("the training rows have no category, so that there is nothing to learn from") }
        return plan
    }

    private mutating func add(texts tensor: Tensor, to index: Int) {
        let width = texts[index].count
        for (position, bytes) in tensor.strings.enumerated() {
            texts[index][position % width][String(decoding: bytes, as: UTF8.self), default: 0] += 1
        }
    }

    private mutating func add(numbers tensor: Tensor, to index: Int) {
        let width = sums[index].count
        // As the graph compares: the marker's nearest single-precision number.
        let missing = options.missing.map { Float($0) }
        for (position, number) in (tensor.doubles ?? []).enumerated() where number.isFinite && Float(number) != missing {
            sums[index][position % width].count += 1
            sums[index][position % width].sum += number
        }
    }

    private func encoding(of field: Interface.Field, _ index: Int) throws(RecipeError) -> FeatureInput.Encoding {
        if ImageShape.isImage(field) { return .image(try ImageShape(field, options: options)) }
        if options.texts.contains(field.name) { return .words(buckets: options.buckets, longest: options.words) }
        if field.datatype == "BYTES" { return .categories(texts[index].map(categories)) }
        let missing = options.missing.map { Float($0) }
        switch options.fill {
        case .none: return .numbers(fill: nil, missing: nil)
        case .zero: return .numbers(fill: sums[index].map { _ in 0 }, missing: missing)
        case .mean: return .numbers(fill: sums[index].map { $0.count > 0 ? Float($0.sum / Double($0.count)) : 0 }, missing: missing)
        }
    }

    /// The most frequent, then in the order of their bytes.
    private func categories(_ counts: [String: Int]) -> [String] {
        let frequent = counts.sorted { first, second in
            first.value == second.value ? first.key.utf8.lexicographicallyPrecedes(second.key.utf8) : first.value > second.value
        }
        return frequent.prefix(options.maximumCategories).map(\.key).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
