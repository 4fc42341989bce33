import Contracts
import Statistics

/// Judges a version by what was counted. A failed check does not take a version back: it says what its owner has to know.
enum VersionChecks {
    /// The largest class may have so many times the rows of the smallest.
    static let mostImbalance = 10
    /// Cramér's V from which a difference between train and the held-out rows matters (Cohen: 0.1 small, 0.3 medium).
    static let smallestEffect = 0.2
    /// Chance of taking equal shares for different ones.
    static let alpha = 0.001

    static func checks(_ figures: VersionFigures, choices: [JSONValue]?) -> [DatasetCheck] {
        [
            schema(figures), leakage(figures), labels(figures), balance(figures, choices: choices),
            representation(figures),
        ]
    }

    private static func schema(_ figures: VersionFigures) -> DatasetCheck {
        let faults = figures.inputs.flatMap { input in
            [
                (input.missing, "lack \(input.name)"), (input.misshapen, "have another number of elements in \(input.name)"),
                (input.outOfRange, "have values of \(input.name) out of range"),
            ].filter { $0.0 > 0 }.map { "\($0.0) rows \($0.1)" }
        }
        let message = faults.isEmpty ? "Every row fits the interface." : faults.joined(separator: "; ") + "."
        return DatasetCheck(name: "schema", verdict: faults.isEmpty ? .pass : .fail, message: message)
    }

    private static func leakage(_ figures: VersionFigures) -> DatasetCheck {
        if figures.leaked.contents > 0 {
            let examples = figures.leaked.examples.joined(separator: ", ")
            return DatasetCheck(
                name: "leakage", verdict: .fail,
                message: "\(figures.leaked.contents) inputs are in more than one split, as those of \(examples).")
        }
        if figures.splitGroups > 0 {
            return DatasetCheck(name: "leakage", verdict: .fail, message: "\(figures.splitGroups) groups are in more than one split.")
        }
        return DatasetCheck(name: "leakage", verdict: .pass, message: "No input and no group is in more than one split.")
    }

    private static func labels(_ figures: VersionFigures) -> DatasetCheck {
        let counts = Split.allCases.map { split in
            let count = figures.splits[split.rawValue] ?? SplitCounts(rows: 0, labeled: 0)
            return "\(count.labeled) of \(count.rows) in \(split.rawValue)"
        }
        let unlabeled = Split.allCases.filter {
            figures.splits[$0.rawValue]?.labeled ?? 0 == 0 && figures.splits[$0.rawValue]?.rows ?? 0 > 0
        }
        let message = "Labeled: " + counts.joined(separator: ", ") + "."
        return DatasetCheck(name: "labels", verdict: unlabeled.isEmpty ? .pass : .warn, message: message)
    }

    private static func balance(_ figures: VersionFigures, choices: [JSONValue]?) -> DatasetCheck {
        let train = figures.labels[Split.train.rawValue] ?? [:]
        if train.isEmpty { return DatasetCheck(name: "balance", verdict: .warn, message: "No row of train has a label yet.") }
        let absent = (choices ?? []).map { String(decoding: $0.canonical, as: UTF8.self) }.filter { train[$0] == nil }
        if !absent.isEmpty {
            return DatasetCheck(
                name: "balance", verdict: .warn, message: "No row of train has the label \(absent.prefix(20).joined(separator: ", ")).")
        }
        let ordered = train.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        guard let low = ordered.first, let high = ordered.last else {
            return DatasetCheck(name: "balance", verdict: .pass, message: "There is one label.")
        }
        let isEven = high.value <= mostImbalance * low.value
        return DatasetCheck(
            name: "balance", verdict: isEven ? .pass : .warn,
            message: "Train has from \(low.value) rows with the label \(low.key) to \(high.value) with \(high.key).")
    }

    /// Whether train looks like the held-out rows, which are a random sample, in each field of the context.
    private static func representation(_ figures: VersionFigures) -> DatasetCheck {
        var lacking: [String] = []
        for (field, splits) in figures.cells.sorted(by: { $0.key < $1.key }) {
            var wild: [String: Double] = [:]
            for split in [Split.validation, .test] {
                for (cell, count) in splits[split.rawValue] ?? [:] { wild[cell, default: 0] += Double(count) }
            }
            let train = splits[Split.train.rawValue] ?? [:]
            guard wild.count > 1, !train.isEmpty else { continue }
            let result = Representation(rows: train, wild: wild)
            guard let test = result.test, test.pValue < alpha, test.cramersV >= smallestEffect else { continue }
            lacking += result.missing.prefix(5).map { "\(field) \($0.cell) has \($0.have) rows of train where \($0.want) are wanted" }
        }
        return DatasetCheck(
            name: "representation", verdict: lacking.isEmpty ? .pass : .warn,
            message: lacking.isEmpty ? "Train has the shares of the held-out rows." : lacking.joined(separator: "; ") + ".")
    }
}
