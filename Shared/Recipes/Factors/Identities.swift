import ONNX

/// Users or items by what they are called: texts, or whole numbers; each has the index of its place in order.
public enum Identities: Sendable, Hashable {
    /// In the order of their bytes.
    case texts([String])
    /// Ascending.
    case numbers([Int64])

    public var count: Int {
        switch self {
        case .texts(let texts): texts.count
        case .numbers(let numbers): numbers.count
        }
    }

    /// Those that occur, once each, and the index of every occurrence.
    public static func indexed(_ texts: [String]) -> (Identities, [Int]) {
        let distinct = Set(texts).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let places = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
        return (.texts(distinct), texts.map { places[$0] ?? 0 })
    }

    /// Those that occur, once each, and the index of every occurrence.
    public static func indexed(_ numbers: [Int64]) -> (Identities, [Int]) {
        let distinct = Set(numbers).sorted()
        let places = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
        return (.numbers(distinct), numbers.map { places[$0] ?? 0 })
    }

    /// Adds the input and its index, INT64 `[-1]`; one that is not known has the index `count`.
    func append(_ input: String, rank: Int, to graph: inout GraphBuilder) -> String {
        graph.input(input, element, shape: rank == 1 ? [-1] : [-1, 1])
        graph.node("Reshape", [input, graph.integers([-1], shape: [1])], to: ["\(input)/flat"])
        let places = GraphBuilder.Attribute.integers((0..<count).map { Int64($0) })
        let keys: (String, GraphBuilder.Attribute) =
            switch self {
            case .texts(let texts): ("keys_strings", .texts(texts))
            case .numbers(let numbers): ("keys_int64s", .integers(numbers))
            }
        graph.node(
            "LabelEncoder", domain: "ai.onnx.ml", ["\(input)/flat"], to: ["\(input)/index"],
            attributes: [keys.0: keys.1, "values_int64s": places, "default_int64": .integer(Int64(count))])
        return "\(input)/index"
    }

    var element: ONNXModel.ElementType {
        if case .texts = self { .string } else { .int64 }
    }

    /// A constant of all of them; gives its name.
    func constant(in graph: inout GraphBuilder) -> String {
        switch self {
        case .texts(let texts): graph.texts(texts, shape: [texts.count])
        case .numbers(let numbers): graph.integers(numbers, shape: [numbers.count])
        }
    }
}
