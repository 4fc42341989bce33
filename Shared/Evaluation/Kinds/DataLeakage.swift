import Contracts
import Statistics

/// Whether an input of the test split is also in train or validation, exactly (by its canonical JSON); what is merely alike is found
/// when a dataset version is made.
enum DataLeakage {
    static func finding(_ subject: Subject) -> DataFinding {
        var seen: [Digest: String] = [:]
        for row in subject.allRows where row.split != "test" { seen[digest(row)] = row.id }
        let leaked = subject.rows.compactMap { row in seen[digest(row)].map { (test: row.id, other: $0) } }
        let part = TestResult.Part(
            name: "leakage", verdict: leaked.isEmpty ? .pass : .fail, value: Double(leaked.count), rows: subject.rows.count)
        guard let first = leaked.first else {
            return DataFinding(verdict: .pass, sentence: "No input of test is in another split.", parts: [part])
        }
        let sentence =
            "\(Wording.rows(leaked.count, "row")) of test \(leaked.count == 1 ? "has" : "have") an input that is also in another split, "
            + "as \(first.test) and \(first.other)."
        return DataFinding(verdict: .fail, sentence: sentence, parts: [part])
    }

    private static func digest(_ row: DatasetRow) -> Digest { Digest(of: JSONValue.object(row.input).canonical) }
}
