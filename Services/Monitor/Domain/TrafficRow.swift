import Contracts
import Slices

/// One row of a request: what went in, what came out, and the truth once the product has told it.
struct TrafficRow: Sendable, Hashable {
    let request: RequestID
    let row: Int
    let input: [String: JSONValue]
    let context: [String: JSONValue]
    let output: [String: JSONValue]
    var label: JSONValue?
    /// Names of inputs, context and outputs that the record left out: what they were is not known.
    var omitted: Set<String> = []

    /// Whether every one of these inputs was kept.
    func has(_ inputs: some Sequence<String>) -> Bool { inputs.allSatisfy { input[$0] != nil } }

    /// The value of a field of the slice grammar; nil when it is not there (yet).
    func value(of field: SliceField) -> JSONValue? {
        switch field.scope {
        case .input: input[field.name]
        case .context: context[field.name]
        case .prediction: output[field.name]
        case .label: label
        }
    }
}

extension PredictionRecord {
    /// Most rows of one request that are watched.
    static let mostWatchedRows = 10_000

    /// Rows that are watched: none where not even the answers were kept.
    var watchedRows: Int { outputs.isEmpty ? 0 : min(max(rows, 0), Self.mostWatchedRows) }

    /// The rows of the request, with the labels known by row.
    func trafficRows(labels: [Int: JSONValue] = [:]) -> [TrafficRow] {
        let omitted = Set((omitted ?? [:]).keys)
        return (0..<watchedRows).map { index in
            TrafficRow(
                request: requestId, row: index, input: inputs.compactMapValues { part($0, index) },
                context: context.compactMapValues { index < $0.count && $0[index] != .null ? $0[index] : JSONValue?.none },
                output: outputs.compactMapValues { part($0, index) }, label: labels[index], omitted: omitted)
        }
    }

    /// A row's share of flat row-major data: one value, or a list of them.
    private func part(_ data: JSONValue, _ index: Int) -> JSONValue? {
        guard case .array(let elements) = data, !elements.isEmpty, elements.count % rows == 0 else {
            return rows == 1 ? data : JSONValue?.none
        }
        let width = elements.count / rows
        return width == 1 ? elements[index] : .array(Array(elements[index * width..<(index + 1) * width]))
    }
}
