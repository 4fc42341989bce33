import Contracts
import MeshClient

extension Demo {
    /// Chapter 2: the scans become version 1. Nobody tells the mesh what they show.
    func ingest(_ progress: inout Progress) async throws {
        let owner = progress.cast.owner
        let version = try await importRows(owner)
        let rows = version.splits.values.map(\.rows).reduce(0, +)
        try expect(
            version.number == 1 && rows == digits.collected.count, "version 1 with \(digits.collected.count) rows",
            found: "version \(version.number) with \(rows)")
        try expect(version.splits.values.allSatisfy { $0.labeled == 0 }, "no label", found: "\(version.splits)")
        progress.dataset = version.number
        story.tell("version 1, \(rows) rows: " + Self.text(version.splits))

        let test = Double(version.splits["test"]?.rows ?? 0) / Double(rows)
        // The share of a hash split over n rows has a standard deviation of sqrt(pq/n): five of them.
        let slack = 5 * (0.2 * 0.8 / Double(rows)).squareRoot()
        try expect(abs(test - 0.2) < slack, "about a fifth of the rows in test", found: Self.text(test))

        for check in version.checks {
            try expect(check.verdict != .fail, "the check \(check.name) not to fail", found: check.message)
            story.tell("check \(check.name): \(check.verdict.rawValue), \(check.message)")
        }
        let statistics: JSONValue = try await owner.get(
            Path("v1", "dataset", "datasets", name, "versions", "1", "statistics"))
        try expect(statistics.objectValue?.isEmpty == false, "statistics of version 1", found: "\(statistics)")
    }

    private func importRows(_ owner: DemoCaller) async throws -> DatasetVersion {
        // The file has the digits; `ignore` leaves them out.
        let request = ClientRequest(
            "POST", Path("v1", "dataset", "datasets", name, "imports"), query: [("ignore", "digit")],
            headers: [("content-type", "text/csv")],
            body: Array(digits.collectedCSV.utf8)
        ).renewed
        return try await owner.value(request)
    }

    static func text(_ splits: [String: SplitCounts]) -> String {
        ["train", "validation", "test"].compactMap { name in
            splits[name].map { "\(name) \($0.rows)" + ($0.labeled > 0 ? " (\($0.labeled) labeled)" : "") }
        }.joined(separator: ", ")
    }
}
