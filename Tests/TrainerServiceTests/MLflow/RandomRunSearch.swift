import MLflow
import Statistics

@testable import TrainerService

/// Filters, orders and runs of a small world, so that much is equal, absent or NaN.
struct RandomRunSearch {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private static let texts = ["a", "b", "ab", "A", "Ä", "ä", "a%", "_", "", "it's", #"back\slash"#, "100"]
    private static let keys = ["k", "odd key", "dotted.key"]

    mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }

    mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

    mutating func batch(run: String) -> RunBatch {
        var batch = RunBatch(run: run)
        for key in Self.keys {
            if below(3) > 0 {
                batch.metrics.append(MetricPoint(key: key, value: pick([0, 1, 2.5, -1, .nan, 1e300]), at: 1, step: 0))
            }
            if below(3) > 0 { batch.params.append(KeyValue(key: key, value: pick(Self.texts))) }
            if below(3) > 0 { batch.tags.append(KeyValue(key: key, value: pick(Self.texts))) }
        }
        return batch
    }

    mutating func datasets() -> [DatasetInput] {
        (0..<below(3)).map { index in
            DatasetInput(
                name: pick(["a", "b"]), digest: "\(index)", sourceType: "", source: "", schema: nil, profile: nil,
                tags: below(2) == 0 ? [] : [KeyValue(key: DatasetInput.contextTag, value: pick(["train", "eval"]))])
        }
    }

    mutating func name() -> String { pick(Self.texts) }

    mutating func filter() -> String {
        (0..<below(4)).map { _ in comparison() }.joined(separator: " AND ")
    }

    private mutating func comparison() -> String {
        switch below(6) {
        case 0: "metrics.`\(pick(Self.keys))` \(sign()) \(pick(["0", "1", "2.5", "-1", "1e300", "7"]))"
        case 1: "params.`\(pick(Self.keys))` \(textual())"
        case 2: "tags.`\(pick(Self.keys))` \(textual())"
        case 3: "dataset.\(pick(["name", "digest", "context"])) \(pick(["=", "!=", "LIKE"])) '\(pick(["a", "b", "1", "train", "%"]))'"
        case 4: "\(pick(["start_time", "end_time"])) \(sign()) \(pick(["0", "1", "2", "1.5"]))"
        default: "\(pick(["run_name", "status", "user_id"])) \(pick(["=", "!=", "LIKE", "ILIKE"])) \(literal())"
        }
    }

    private mutating func sign() -> String { pick(["=", "!=", ">", ">=", "<", "<="]) }

    private mutating func textual() -> String {
        below(4) == 0 ? pick(["IS NULL", "IS NOT NULL"]) : "\(pick(["=", "!=", "LIKE", "ILIKE"])) \(literal())"
    }

    private mutating func literal() -> String {
        "'\(pick(Self.texts + ["%a%", "_", "RUNNING", "a_"]).replacing("'", with: "''"))'"
    }

    mutating func order() -> [String] {
        var terms: [String] = []
        for _ in 0..<below(3) {
            let key = pick(["metrics.", "params.", "tags."]) + "`\(pick(Self.keys))`"
            let term = below(2) == 0 ? key : pick(["end_time", "run_name", "status", "start_time"])
            if !terms.contains(where: { $0.hasPrefix(term) }) { terms.append(term) }
        }
        return terms.map { "\($0) \(pick(["ASC", "DESC"]))" }
    }
}

extension TrackedRun {
    /// The values that a search looks at.
    func values(_ field: SearchField) -> [SearchValue] {
        switch (field.entity, field.key) {
        case (.metric, let key): metrics.filter { $0.key == key }.map { .number($0.value) }
        case (.parameter, let key): params.filter { $0.key == key }.map { .text($0.value) }
        case (.tag, let key): tags.filter { $0.key == key }.map { .text($0.value) }
        case (.dataset, "name"): datasets.map { .text($0.name) }
        case (.dataset, "digest"): datasets.map { .text($0.digest) }
        case (.dataset, _): datasets.flatMap(\.tags).filter { $0.key == DatasetInput.contextTag }.map { .text($0.value) }
        case (_, "start_time"): [.integer(startTime)]
        case (_, "end_time"): endTime.map { [.integer($0)] } ?? []
        case (_, "run_name"): [.text(name)]
        case (_, "status"): [.text(status.rawValue)]
        case (_, "user_id"): [.text(user)]
        case (_, "run_id"): [.text(id)]
        default: [.text(root.uri)]
        }
    }
}
