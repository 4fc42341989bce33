import Contracts
import Foundation
import Tensors

/// The classification extension: of an output with one number for each class, the highest ones as texts `value:index[:label]`
/// (triton-inference-server/server, `docs/protocol/extension_classification.md`).
enum Classification {
    /// What a request asks of an output; nil when nothing. Throws a fault that names the output.
    static func classes(_ parameters: JSONValue?, of output: String) throws(InferenceFault) -> Int? {
        guard let wish = parameters?["classification"], wish != .null else { return nil }
        guard let count = wish.integerValue, count > 0, let classes = Int(exactly: count) else {
            throw InferenceFault("output \(output): classification must be a whole number above 0")
        }
        return classes
    }

    /// The `classes` highest numbers of each row, highest first, equal ones by index; fewer when a row has fewer.
    ///
    /// - Parameter labels: names of the classes by index; left out beyond them.
    static func highest(_ classes: Int, of tensor: Tensor, labels: [String] = []) throws(InferenceFault) -> Tensor {
        guard let values = tensor.doubles else {
            throw InferenceFault("output \(tensor.name): classification takes an output of numbers, not \(tensor.datatype.rawValue)")
        }
        let rows = tensor.shape.count > 1 ? tensor.rows : 1
        let width = rows == 0 ? 0 : values.count / rows
        let kept = min(classes, width)
        let texts = (0..<rows).flatMap { row in
            (0..<width).sorted { precedes(values[row * width + $0], values[row * width + $1], $0 < $1) }.prefix(kept).map { index in
                text(values[row * width + index], index, labels)
            }
        }
        return Tensor(name: tensor.name, shape: tensor.shape.count > 1 ? [rows, kept] : [kept], strings: texts.map { Array($0.utf8) })
    }

    /// The higher first; what is no number last.
    private static func precedes(_ left: Double, _ right: Double, _ isEarlier: Bool) -> Bool {
        if left.isNaN || right.isNaN { return left.isNaN == right.isNaN ? isEarlier : right.isNaN }
        return left == right ? isEarlier : left > right
    }

    private static func text(_ value: Double, _ index: Int, _ labels: [String]) -> String {
        let label = index < labels.count ? ":" + labels[index] : ""
        return "\(sixDecimals(value)):\(index)\(label)"
    }

    /// As `%f` writes it, which is what clients of Triton see.
    private static func sixDecimals(_ value: Double) -> String {
        String(format: "%f", value)
    }
}
