import Contracts
import Foundation
import Statistics
import Tensors

/// One way to change an input of a row, tried by itself.
struct PerturbationWay: Sendable {
    enum Change: Sendable {
        case scale(Double)
        case shift(Double)
        /// Standard deviation.
        case noise(Double)
        case move([Perturbation.Change])
        case replace(TextReplacement)
    }

    /// What the noise of every row follows from, with the row's place.
    static let seed: UInt64 = 20_260_101

    /// What a report calls it, as `scale 0.9`.
    let name: String
    let change: Change

    /// The ways of a perturbation: one for each factor and each shift.
    static func all(_ perturbation: Perturbation) -> [PerturbationWay] {
        if let factors = perturbation.scale {
            return factors.map { way("scale \(Wording.number($0))", .scale($0)) }
        }
        if let shifts = perturbation.shift {
            return shifts.map { way("shift \(Wording.signed($0))", .shift($0)) }
        }
        if let noise = perturbation.noise {
            return [way("noise \(Wording.number(noise))", .noise(noise))]
        }
        if let moves = perturbation.change {
            let text = moves.map { "\($0.element) by \(Wording.signed($0.by))" }.joined(separator: ", ")
            return [way("element \(text)", .move(moves))]
        }
        guard let words = perturbation.replace else { return [] }
        let text = words.sorted { $0.key < $1.key }.map { "\($0.key) -> \($0.value)" }.joined(
            separator: ", ")
        return [way("replace \(text)", .replace(TextReplacement(words)))]
    }

    private static func way(_ name: String, _ change: Change) -> PerturbationWay {
        PerturbationWay(name: name, change: change)
    }

    /// The tensor after the change, its numbers within the declared range, and which rows are not as they were.
    ///
    /// - Parameter first: place of the tensor's first row among all rows: noise follows from it, so batches do not matter.
    func apply(to tensor: Tensor, field: Interface.Field, first: Int) throws(EvaluationError) -> (
        tensor: Tensor, changed: [Bool]
    ) {
        if case .replace(let replacement) = change { return try replace(replacement, in: tensor) }
        guard let values = tensor.doubles, tensor.datatype != .bool else {
            throw .manifest(
                "input \(field.name) holds no numbers, so it cannot be moved: only replace fits it")
        }
        let width = max(1, tensor.shape.dropFirst().reduce(1, *))
        var moved = try move(values, width: width, first: first, field.name)
        let (low, high) = (field.minimum ?? -.infinity, field.maximum ?? .infinity)
        for index in moved.indices { moved[index] = min(max(moved[index], low), high) }
        let result = tensor.holding(moved)
        // Held against what the tensor can hold: a shift by 0.2 moves no whole number.
        let held = result.doubles ?? []
        let changed = (0..<tensor.rows).map { row in
            (row * width..<(row + 1) * width).contains { held[$0] != values[$0] }
        }
        return (result, changed)
    }

    private func move(_ values: [Double], width: Int, first: Int, _ input: String)
        throws(EvaluationError) -> [Double]
    {
        switch change {
        case .scale(let factor): return values.map { $0 * factor }
        case .shift(let by): return values.map { $0 + by }
        case .noise(let deviation): return Self.noisy(values, deviation, width: width, first: first)
        case .move(let moves):
            if let beyond = moves.first(where: { !(0..<width).contains($0.element) }) {
                throw .manifest(
                    "element \(beyond.element) of input \(input) is not there: a row has \(width), counted from 0"
                )
            }
            var moved = values
            for start in stride(from: 0, to: values.count, by: width) {
                for move in moves { moved[start + move.element] += move.by }
            }
            return moved
        case .replace: return values
        }
    }

    private static func noisy(_ values: [Double], _ deviation: Double, width: Int, first: Int)
        -> [Double]
    {
        var moved = values
        for row in 0..<(values.count / width) {
            var generator = SeededGenerator(seed: seed &+ UInt64(first + row))
            for index in row * width..<(row + 1) * width {
                moved[index] += deviation * generator.normal()
            }
        }
        return moved
    }

    private func replace(_ replacement: TextReplacement, in tensor: Tensor) throws(EvaluationError)
        -> (tensor: Tensor, changed: [Bool])
    {
        guard tensor.datatype == .bytes else {
            throw .manifest("input \(tensor.name) holds no text, so no words can be replaced in it")
        }
        let before = tensor.jsonElements.map { $0.stringValue ?? "" }
        let after = before.map(replacement.apply)
        let width = max(1, tensor.shape.dropFirst().reduce(1, *))
        let changed = (0..<tensor.rows).map { row in
            (row * width..<(row + 1) * width).contains { before[$0] != after[$0] }
        }
        return (
            Tensor(name: tensor.name, shape: tensor.shape, strings: after.map { Array($0.utf8) }), changed
        )
    }
}
