import Contracts
import Statistics

/// After a perturbation the answer stays. Metamorphic: it needs rows, and no right answer.
struct InvarianceCheck: Check {
    /// A number stays when it moves by at most this share of the spread of the model's answers.
    static let stillness = 0.01

    let test: TestSpec
    let perturbation: Perturbation

    func judge(_ subject: Subject) throws -> TestResult {
        let picked = subject.positions(of: test.slice)
        let rows = subject.inputs.picking(picked)
        let before = Answers(subject.candidate, at: picked)
        let ways = try PerturbationWay.all(perturbation).map { way in
            let perturbed = try PerturbedRows(
                way, perturbation, rows, interface: subject.manifest.interface)
            let after = try subject.predictions(perturbed.inputs)
            let kept = perturbed.changed.count { before.stays(after, at: $0) }
            return (way.name, Proportion(successes: kept, trials: perturbed.changed.count))
        }
        return PerturbedShares(
            test: test, manifest: subject.manifest, bound: test.agreementAtLeast ?? 0,
            wording: "keep their answer", rows: picked.count,
            ways: ways
        ).result()
    }

    /// What the model said of the rows as they are.
    private struct Answers {
        let classes: [Int]
        let numbers: [Double]
        let texts: [String]
        let room: Double

        init(_ predictions: Predictions, at places: [Int]) {
            classes = predictions.classes.isEmpty ? [] : places.map { predictions.classes[$0] }
            numbers = predictions.numbers.isEmpty ? [] : places.map { predictions.numbers[$0] }
            texts = predictions.texts.isEmpty ? [] : places.map { predictions.texts[$0] }
            room = InvarianceCheck.stillness * Moments(numbers).standardDeviation
        }

        func stays(_ after: Predictions, at row: Int) -> Bool {
            if !classes.isEmpty { return classes[row] == after.classes[row] }
            return texts.isEmpty ? abs(numbers[row] - after.numbers[row]) <= room : texts[row] == after.texts[row]
        }
    }
}
