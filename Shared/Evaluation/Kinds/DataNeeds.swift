import Contracts
import Statistics

/// Whether train holds as many labeled rows of each slice as the manifest needs.
enum DataNeeds {
    static func finding(_ needs: [CapabilityManifest.DataSection.Need], _ subject: Subject) -> DataFinding {
        let train = subject.allRows.filter { $0.split == "train" && $0.label != nil && $0.label != .null }
        let found = needs.map { need in (need, subject.slices.members(of: need.slice, train, nil).count) }
        let parts = found.map { need, rows in
            TestResult.Part(
                name: "needs \(need.slice)", verdict: rows >= need.atLeast ? .pass : .fail, value: Double(need.atLeast), rows: rows)
        }
        let short = found.filter { $1 < $0.atLeast }.map { need, rows in
            "\(need.slice) has \(Wording.rows(rows, "labeled row")) of train where \(need.atLeast) are needed"
        }
        if short.isEmpty { return DataFinding(verdict: .pass, sentence: "Every slice has the rows it needs.", parts: parts) }
        return DataFinding(verdict: .fail, sentence: "Too few rows: \(short.joined(separator: "; ")).", parts: parts)
    }
}
