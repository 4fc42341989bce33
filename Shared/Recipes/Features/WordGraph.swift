import ONNX

/// Counts of hashed n-grams of words: the words between white space, joined by a space, by MurmurHash3 of 32 bits with seed 0, whose
/// absolute value is taken modulo the number of features. Case is kept: the operators have no folding that is the same on every machine.
struct WordGraph {
    let buckets: Int
    let longest: Int
    let name: String

    /// Adds the nodes for texts of shape `[-1]` (flat) or `[-1, 1]`; gives the name of FP32 `[-1, buckets]`, each row of length 1 or 0.
    func append(_ input: String, isFlat: Bool, _ graph: inout GraphBuilder) -> String {
        var texts = input
        if !isFlat { texts = node("Reshape", [input, graph.integers([-1], shape: [1])], "flat", &graph) }
        graph.node("StringSplit", [texts], to: [at("words"), at("lengths")], attributes: [:])
        let present = presence(&graph)
        var indices: [String] = []
        var counts: [String] = []
        var grams = at("words")
        for length in 1...longest {
            if length > 1 { grams = longer(grams, length, &graph) }
            indices.append(hashed(grams, length, &graph))
            counts.append(rest(present, from: length - 1, "present_\(length)", &graph))
        }
        let places = node("Concat", indices, "places", &graph, ["axis": .integer(1)])
        let shares = node("Concat", counts, "shares", &graph, ["axis": .integer(1)])
        let rows = node("Shape", [texts], "rows", &graph)
        let size = node("Concat", [rows, graph.integers([Int64(buckets)], shape: [1])], "size", &graph, ["axis": .integer(0)])
        let zeros = node("ConstantOfShape", [size], "zeros", &graph, ["value": .floatTensor([0])])
        let sums = node(
            "ScatterElements", [zeros, places, shares], "counts", &graph, ["axis": .integer(1), "reduction": .text("add")])
        let lengths = node("ReduceL2", [sums, graph.integers([1], shape: [1])], "norms", &graph, ["keepdims": .integer(1)])
        let divisors = node("Max", [lengths, graph.floats([1e-12], shape: [1])], "divisors", &graph)
        return node("Div", [sums, divisors], "unit", &graph)
    }

    private func at(_ suffix: String) -> String { "\(name)_\(suffix)" }

    @discardableResult
    private func node(
        _ operation: String, _ inputs: [String], _ suffix: String, _ graph: inout GraphBuilder,
        _ attributes: [String: GraphBuilder.Attribute] = [:]
    ) -> String {
        graph.node(operation, inputs, to: [at(suffix)], attributes: attributes)
        return at(suffix)
    }

    /// 1 where a row has a word, 0 where it is filled up to the longest row.
    private func presence(_ graph: inout GraphBuilder) -> String {
        let shape = node("Shape", [at("words")], "shape", &graph, ["start": .integer(1)])
        let width = node("Squeeze", [shape, graph.integers([0], shape: [1])], "width", &graph)
        let zero = graph.integers([0], shape: [])
        let one = graph.integers([1], shape: [])
        let positions = node("Range", [zero, width, one], "positions", &graph)
        let lengths = node("Unsqueeze", [at("lengths"), graph.integers([1], shape: [1])], "columns", &graph)
        let isWord = node("Less", [positions, lengths], "is_word", &graph)
        return node("Cast", [isWord], "present", &graph, ["to": .integer(Int64(ONNXModel.ElementType.float.rawValue))])
    }

    /// Columns from one on.
    private func rest(_ present: String, from start: Int, _ suffix: String, _ graph: inout GraphBuilder) -> String {
        guard start > 0 else { return present }
        let bounds = [graph.integers([Int64(start)], shape: [1]), graph.integers([Int64.max], shape: [1]), graph.integers([1], shape: [1])]
        return node("Slice", [present] + bounds, suffix, &graph)
    }

    /// Each n-gram with the word after it.
    private func longer(_ grams: String, _ length: Int, _ graph: inout GraphBuilder) -> String {
        let first = [graph.integers([0], shape: [1]), graph.integers([-1], shape: [1]), graph.integers([1], shape: [1])]
        let heads = node("Slice", [grams] + first, "heads_\(length)", &graph)
        let spaced = node("StringConcat", [heads, graph.texts([" "], shape: [1])], "spaced_\(length)", &graph)
        let last = rest(at("words"), from: length - 1, "tails_\(length)", &graph)
        return node("StringConcat", [spaced, last], "grams_\(length)", &graph)
    }

    private func hashed(_ grams: String, _ length: Int, _ graph: inout GraphBuilder) -> String {
        graph.node(
            "MurmurHash3", domain: "com.microsoft", [grams], to: [at("hash_\(length)")],
            attributes: ["positive": .integer(0), "seed": .integer(0)])
        // As 64-bit numbers: the absolute value of the least 32-bit number is none of its type.
        let wide = node(
            "Cast", [at("hash_\(length)")], "wide_\(length)", &graph, ["to": .integer(Int64(ONNXModel.ElementType.int64.rawValue))])
        let size = node("Abs", [wide], "size_\(length)", &graph)
        return node("Mod", [size, graph.integers([Int64(buckets)], shape: [1])], "place_\(length)", &graph)
    }
}
