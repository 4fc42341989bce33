import Contracts
import Statistics

/// Named rows that must be right, whatever is right on average.
struct ExamplesCheck: Check {
    /// A number is right when it lies within this share of the label.
    static let closeness = 0.01

    let test: TestSpec
    let examples: [NamedExample]

    func judge(_ subject: Subject) throws -> TestResult {
        let known = Dictionary(subject.allRows.map { ($0.id, $0) }) { first, _ in first }
        let rows = examples.map { row(of: $0, known) }
        let present = rows.compactMap(\.self)
        let predictions = present.isEmpty ? Predictions() : try subject.predictions(of: present)
        var parts: [TestResult.Part] = []
        var place = 0
        for (example, row) in zip(examples, rows) {
            guard let row else {
                parts.append(TestResult.Part(name: example.name, verdict: .inconclusive))
                continue
            }
            let isRight = try isRight(
                predictions, at: place, label: row.label ?? .null, example.name, subject.labels)
            parts.append(
                TestResult.Part(
                    name: example.name, verdict: isRight ? .pass : .fail, value: isRight ? 1 : 0, rows: 1))
            place += 1
        }
        return result(parts, subject.manifest)
    }

    /// The row of an example; nil where the dataset has none of that id, or none with a label.
    private func row(of example: NamedExample, _ known: [String: DatasetRow]) -> DatasetRow? {
        if let input = example.input {
            return DatasetRow(
                id: example.name, split: "test", input: input, context: [:], label: example.label)
        }
        guard var row = example.row.flatMap({ known[$0] }) else { return nil }
        if let label = example.label { row.label = label }
        return row.label == nil || row.label == .null ? nil : row
    }

    private func isRight(
        _ predictions: Predictions, at place: Int, label: JSONValue, _ name: String, _ labels: LabelSet?
    ) throws(EvaluationError) -> Bool {
        if let labels {
            guard let wanted = labels.position(of: label) else {
                throw .row(
                    id: name,
                    "its label \(String(decoding: label.canonical, as: UTF8.self)) is none of the choices")
            }
            return predictions.classes[place] == wanted
        }
        if !predictions.texts.isEmpty { return predictions.texts[place] == label.stringValue }
        guard let wanted = label.doubleValue else { throw .row(id: name, "its label is not a number") }
        return abs(predictions.numbers[place] - wanted) <= Self.closeness * max(abs(wanted), 1e-9)
    }

    private func result(_ parts: [TestResult.Part], _ manifest: CapabilityManifest) -> TestResult {
        let judge = Judge(
            test: test, manifest: manifest, rows: parts.count { $0.verdict != .inconclusive })
        let wrong = parts.filter { $0.verdict == .fail }.map(\.name)
        let missing = parts.filter { $0.verdict == .inconclusive }.map(\.name)
        let verdict: Verdict = !wrong.isEmpty ? .fail : missing.isEmpty ? .pass : .inconclusive
        let judged = parts.count - missing.count
        let share = Estimate(
            value: judged == 0 ? 0 : Double(judged - wrong.count) / Double(judged), interval: nil,
            count: judged, method: "count")
        return judge.result(
            verdict, judged == 0 ? nil : share, bound: 1,
            message: message(parts.count, wrong: wrong, missing: missing), parts: parts)
    }

    private func message(_ count: Int, wrong: [String], missing: [String]) -> String {
        var sentences: [String] = []
        if !wrong.isEmpty {
            sentences.append(
                "\(wrong.count) of \(Wording.rows(count, "named example")) wrong: \(Self.list(wrong)).")
        }
        if !missing.isEmpty {
            sentences.append("The dataset has no labeled row for \(Self.list(missing)).")
        }
        return sentences.isEmpty
            ? "\(Wording.rows(count, "named example")) right." : sentences.joined(separator: " ")
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(5).map { "“\($0)”" }.joined(separator: ", ")
        return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
    }
}
