import Contracts
import Statistics

/// Whether an input of the test split is also in train or validation, exactly (as canonical JSON); what is merely alike is found when
/// a dataset version is made.
enum DataLeakage {
    static func finding(_ subject: Subject) -> DataFinding {
        // A row without a label leaks as well: it gets one later.
        let rows = subject.allRows.filter { $0.split == "test" }
        guard !rows.isEmpty else {
            let part = TestResult.Part(name: "leakage", verdict: .inconclusive, rows: 0)
            return DataFinding(
                verdict: .inconclusive, sentence: "The test split has no row, so nothing can be said of leakage.", parts: [part])
        }
        let leaked = leaks(of: rows, in: subject.allRows)
        let verdict: TestResult.Verdict = leaked.isEmpty ? .pass : .fail
        let part = TestResult.Part(name: "leakage", verdict: verdict, value: Double(leaked.count), rows: rows.count)
        guard let first = leaked.first else {
            return DataFinding(verdict: .pass, sentence: "No input of test is in another split.", parts: [part])
        }
        let sentence =
            "\(Wording.rows(leaked.count, "row")) of test \(leaked.count == 1 ? "has" : "have") an input that is also in another split, "
            + "as \(first.test) and \(first.other)."
        return DataFinding(verdict: .fail, sentence: sentence, parts: [part])
    }

    /// Rows are found by a fingerprint and then held against each other, so that no two inputs are taken for one.
    private static func leaks(of rows: [DatasetRow], in all: [DatasetRow]) -> [(test: String, other: String)] {
        var places: [UInt64: [Int]] = [:]
        for place in all.indices where all[place].split != "test" {
            places[InputFingerprint(all[place].input).value, default: []].append(place)
        }
        guard !places.isEmpty else { return [] }
        return rows.compactMap { row in
            guard let alike = places[InputFingerprint(row.input).value] else { return nil }
            let own = JSONValue.object(row.input).canonical
            return alike.first { JSONValue.object(all[$0].input).canonical == own }.map { (row.id, all[$0].id) }
        }
    }
}
