import Contracts
import OnnxRuntime
import Statistics

/// After a perturbation an output moves one way: more rooms, a higher price.
struct DirectionalCheck: Check {
    /// Smaller moves, beside the value, are rounding of single precision.
    static let rounding = 1e-6

    let test: TestSpec
    let perturbation: Perturbation
    let expectation: Expectation

    func judge(_ subject: Subject) throws -> TestResult {
        guard let model = subject.model else {
            return Judge(test: test, manifest: subject.manifest, rows: 0).undecided(
                "There is no model to perturb the rows of.", bound: nil)
        }
        let picked = subject.positions(of: test.slice)
        let rows = subject.inputs.picking(picked)
        let column = OutputColumn(expectation, labels: subject.labels)
        let session = try Session(runtime: model.runtime, model: model.bytes)
        let before = try column.values(of: rows, session)
        let ways = try PerturbationWay.all(perturbation).map { way in
            let perturbed = try PerturbedRows(
                way, perturbation, rows, interface: subject.manifest.interface)
            let after = try column.values(of: perturbed.inputs, session)
            let followed = perturbed.changed.count {
                Self.follows(expectation.direction, before[$0], after[$0])
            }
            return (way.name, Proportion(successes: followed, trials: perturbed.changed.count))
        }
        return PerturbedShares(
            test: test, manifest: subject.manifest, bound: test.shareAtLeast ?? 0, wording: wording,
            rows: picked.count, ways: ways
        ).result()
    }

    private var wording: String {
        let output =
            expectation.output
            + (expectation.class.map { " of class \(String(decoding: $0.canonical, as: UTF8.self))" }
                ?? "")
        return switch expectation.direction {
        case .increases: "increase \(output)"
        case .decreases: "decrease \(output)"
        case .doesNotIncrease: "do not increase \(output)"
        case .doesNotDecrease: "do not decrease \(output)"
        }
    }

    /// Whether a value moved as expected; what is no number follows nothing.
    static func follows(_ direction: Expectation.Direction, _ before: Double, _ after: Double) -> Bool {
        let (move, room) = (after - before, rounding * max(1, abs(before)))
        return switch direction {
        case .increases: move > room
        case .decreases: move < -room
        case .doesNotIncrease: move <= room
        case .doesNotDecrease: move >= -room
        }
    }
}
