import Contracts
import Foundation

/// The power calculation as a table.
enum TestPlanText {
    static func text(_ plan: SuitePlan) -> String {
        let rows = plan.tests.map(cells)
        let table = Console.table(
            ["", "test", "rows", "true value", "bound", "rows needed", "distance seen"], rows, right: ["rows", "bound", "rows needed"])
        let open = plan.tests.filter { $0.isDecidable == false }.map { "  \($0.name): \($0.message)" }
        let place = "test rows of \(plan.dataset.name) \(plan.dataset.version)"
        let last =
            open.isEmpty
            ? "\(plan.capability): every bound can be decided with a chance of \(number(plan.power)) on \(place)"
            : "\(plan.capability): \(open.count) of \(plan.tests.count) bounds cannot be decided with a chance of \(number(plan.power)) on \(place)"
        return ([table] + open + [last]).joined(separator: "\n")
    }

    private static func cells(_ line: SuitePlan.Line) -> [String] {
        let word = line.isDecidable.map { $0 ? "decides" : "cannot tell" } ?? "no rows asked"
        let value = line.value.map { number($0) + (line.isObserved ? " found" : " assumed") } ?? ""
        let needed = line.rowsNeeded.map { String($0) } ?? ""
        return [word, line.name, String(line.rows), value, line.bound.map(number) ?? "", needed, line.smallestDistance.map(number) ?? ""]
    }

    private static func number(_ value: Double) -> String { value.formatted(.number.precision(.fractionLength(0...3)).grouping(.never)) }
}
