import Contracts
import Slices
import Statistics

/// What a model said of each row that counted in a report, sorted by the rows' ids: the blob that a report's `rows` names.
public struct SuiteRows: Sendable, Hashable {
    /// One row.
    public struct Row: Sendable, Hashable {
        public let id: String
        public let label: JSONValue
        public let answer: JSONValue
        /// Places in ``SuiteRows/slices`` of those it is in.
        public let slices: [Int]
        /// Whether the answer is right; nil for numbers.
        public let isRight: Bool?
    }

    /// Names of the manifest's slices.
    public let slices: [String]
    /// By the bytes of the ids.
    public let rows: [Row]

    init(slices: [String], rows: [Row]) {
        self.slices = slices
        self.rows = rows
    }

    /// The rows of a model under test.
    init(_ subject: Subject) {
        let (said, isRight) = (subject.candidate, subject.truths.isRight(subject.candidate))
        var own = [[Int]](repeating: [], count: subject.rows.count)
        for (place, name) in subject.slices.names.enumerated() { for row in subject.positions(of: name) { own[row].append(place) } }
        let order = subject.rows.indices.sorted { SuiteRows.precedes(subject.rows[$0].id, subject.rows[$1].id) }
        slices = subject.slices.names
        rows = order.map { row in
            Row(
                id: subject.rows[row].id, label: subject.rows[row].label ?? .null, answer: said.answer(row, subject.labels),
                slices: own[row], isRight: isRight?[row])
        }
    }

    /// Digest of the ids and labels: the version of the test split that a report used. For each row in the order of ids: the id, 0x1F,
    /// the label's canonical JSON, 0x0A.
    public var split: Digest {
        var bytes: [UInt8] = []
        for row in rows { bytes += Array(row.id.utf8) + [0x1F] + row.label.canonical + [0x0A] }
        return Digest(of: bytes)
    }

    static func precedes(_ one: String, _ other: String) -> Bool { one.utf8.lexicographicallyPrecedes(other.utf8) }
}

extension Predictions {
    /// A row's answer: a choice, a number or a text.
    func answer(_ row: Int, _ labels: LabelSet?) -> JSONValue {
        if let labels, !classes.isEmpty { return labels.choices[classes[row]] }
        return numbers.isEmpty ? .string(texts[row]) : .number(numbers[row])
    }
}
