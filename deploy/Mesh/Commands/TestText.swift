import Contracts
import Foundation

/// A report as test runners print it: a line for each test, the reason under each that is not green, and the slowest.
struct TestText {
    private static let headings = ["", "test", "kind", "value", "95 % interval", "bound", "n", "seconds"]

    /// Whether verdicts are red, green and yellow, by the terminal's codes.
    let isColored: Bool

    func text(_ report: SuiteReport, _ changes: [TestChange] = []) -> String {
        let table = Console.table(Self.headings, report.results.map(cells), right: ["value", "n", "seconds"]).split(separator: "\n")
        var lines = [String(table.first ?? "")]
        for (result, line) in zip(report.results, table.dropFirst()) {
            lines.append(colored(String(line), result))
            if result.verdict != .pass { lines += reasons(result).map { "              " + $0 } }
        }
        lines += changes.map { "changed: \($0.line)" }
        lines.append(summary(report))
        if let slowest = Self.slowest(report) { lines.append(slowest) }
        return lines.joined(separator: "\n")
    }

    private func cells(_ result: TestResult) -> [String] {
        let isLower = result.bound != nil && Self.wantsLess(result)
        let bound = result.bound.map { (isLower ? "<= " : ">= ") + Self.number($0) } ?? ""
        let low = result.low.map(Self.number) ?? ""
        let interval = result.low == nil && result.high == nil ? "" : "\(low) to \(result.high.map(Self.number) ?? "?")"
        let place = [result.metric, result.slice.map { "on \($0)" }].compactMap(\.self).joined(separator: " ")
        return [
            word(result), result.name, place.isEmpty ? result.kind : place, result.value.map(Self.number) ?? "", interval, bound,
            result.rows > 0 ? String(result.rows) : "", result.seconds.map { String(format: "%.3f", $0) } ?? "",
        ]
    }

    /// Warnings do not block: they are told from what does.
    private func word(_ result: TestResult) -> String {
        let isOpen = result.verdict == .inconclusive || result.verdict == .flaky
        return isOpen && !result.blocking ? "\(result.verdict.rawValue) (warns)" : result.verdict.rawValue
    }

    private func reasons(_ result: TestResult) -> [String] {
        let needs = result.needs.map { ["wants \($0.atLeast) labeled rows of slice \($0.slice)"] } ?? []
        let parts = (result.parts ?? []).filter { $0.verdict != nil && $0.verdict != .pass }.prefix(5).map { part in
            "\(part.verdict?.rawValue ?? "") \(part.name)" + (part.value.map { ": \(Self.number($0))" } ?? "")
        }
        return [result.message] + (result.parts?.count ?? 0 > 1 ? parts : []) + needs
    }

    private func colored(_ line: String, _ result: TestResult) -> String {
        guard isColored else { return line }
        let code =
            switch result.verdict {
            case .pass: 32
            case .fail: 31
            case .inconclusive, .flaky: 33
            }
        return "\u{1B}[\(code)m\(line)\u{1B}[0m"
    }

    private func summary(_ report: SuiteReport) -> String {
        let counts = [(TestResult.Verdict.pass, "passed"), (.fail, "failed"), (.inconclusive, "inconclusive"), (.flaky, "flaky")]
        let found = counts.map { verdict, word in (report.results.count { $0.verdict == verdict }, word) }
        let shown = found.filter { $0.0 > 0 || $0.1 != "flaky" }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        let version = report.version.map { " version \($0)" } ?? " \(String(describing: report.model).prefix(19))"
        let seconds = String(format: "%.2f", report.seconds)
        let verdict = report.passed ? "passed" : TestExit.status(of: report) == 2 ? "undecided" : "failed"
        return
            "\(report.capability)\(version): \(verdict), \(shown) in \(seconds) s on test rows of \(report.dataset.name) \(report.dataset.version)"
    }

    /// The test that took longest; nil where no times were taken.
    static func slowest(_ report: SuiteReport) -> String? {
        guard let slowest = report.results.filter({ $0.seconds != nil }).max(by: { ($0.seconds ?? 0) < ($1.seconds ?? 0) }) else {
            return nil
        }
        return "slowest: \(slowest.name), \(String(format: "%.2f", slowest.seconds ?? 0)) s of \(String(format: "%.2f", report.seconds)) s"
    }

    /// Whether the bound is one that the value stays below.
    static func wantsLess(_ result: TestResult) -> Bool {
        switch TestKind(rawValue: result.kind) {
        case .latency, .size, .memory, .calibration, .fairness, .reproducible: true
        case .regression: (result.bound ?? 0) > 0
        // A metric says its direction in its message alone: the bound that was asked for.
        case .metric: result.message.contains("at most")
        default: false
        }
    }

    private static func number(_ value: Double) -> String {
        if value != 0, abs(value) < 0.001 { return String(format: "%.1e", value) }
        var text = String(format: "%.3f", value)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text == "-0" ? "0" : text
    }
}
