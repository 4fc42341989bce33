import Contracts

/// The answers of a classifier in their order: the manifest's choices, else the whole numbers below the width of its probabilities.
public struct LabelSet: Sendable, Hashable {
    /// Most classes that probabilities alone declare.
    static let mostClasses = 100_000

    public let choices: [JSONValue]
    private let positions: [[UInt8]: Int]

    public init(choices: [JSONValue]) {
        self.choices = choices
        positions = Dictionary(choices.enumerated().map { ($1.canonical, $0) }) { first, _ in first }
    }

    /// Nil where the manifest declares neither choices nor probabilities of a fixed width: the capability answers with numbers.
    public init?(_ manifest: CapabilityManifest) {
        if let choices = manifest.labeling?.choices {
            self.init(choices: choices)
        } else if let width = manifest.interface.outputs.first(where: \.isProbabilities)?.shape.last, (2...Self.mostClasses).contains(width)
        {
            self.init(choices: (0..<width).map { .integer(Int64($0)) })
        } else {
            return nil
        }
    }

    public var count: Int { choices.count }

    /// What a model's whole-number output says for each choice: the choice itself where all are whole numbers, else its position.
    public var codes: [Int64] {
        let numbers = choices.compactMap(\.integerValue)
        return numbers.count == choices.count ? numbers : choices.indices.map(Int64.init)
    }

    /// The position of an answer; nil when it is none of the choices. 8 and 8.0 are the same answer.
    public func position(of answer: JSONValue) -> Int? { positions[answer.canonical] }
}

extension Interface.Field {
    /// Whether it can hold one probability for each class.
    var isProbabilities: Bool { ["FP16", "FP32", "FP64"].contains(datatype) && shape.count == 2 }
    /// Whether it can hold one whole number or text for each row.
    var isAnswer: Bool { shape.count == 1 && !["FP16", "FP32", "FP64"].contains(datatype) }
    /// Whether it can hold one number for each row.
    var isNumber: Bool { ["FP16", "FP32", "FP64"].contains(datatype) && (shape.count == 1 || shape.dropFirst() == [1]) }
}
