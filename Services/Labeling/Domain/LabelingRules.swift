import Contracts

/// What a capability's manifest says about labeling.
struct LabelingRules: Sendable, Hashable {
    /// More people than the overlap that are asked when the answers do not agree.
    static let extraAnswers = 1
    /// The share of random rows among uncertain ones when the manifest names none: DESIGN.md's smallest.
    static let randomShare = 0.1

    /// Classes that labelers are shown by number alone; of more the manifest has to list the choices.
    private static let mostClasses = 1_000

    /// The answers a labeler chooses from.
    let choices: [JSONValue]
    /// How many people answer each task.
    let overlap: Int
    /// Share of lent tasks whose answer is known.
    let gold: Double
    /// Smallest share of answers that must agree.
    let agreement: Double
    /// Share of random rows among rows that are asked for by uncertainty.
    let random: Double
    let interface: Interface
    /// The input that a labeler looks at.
    let input: Interface.Field

    /// Reads a manifest; throws when it does not say what labelers may answer.
    init(_ manifest: CapabilityManifest) throws(Problem) {
        guard let section = manifest.labeling, let input = manifest.interface.inputs.first else {
            throw Problem(.unprocessable, "The capability's manifest has no labeling section: add it and apply the manifest.")
        }
        choices = section.choices ?? Self.classes(of: manifest.interface)
        guard choices.count > 1 else {
            throw Problem(.unprocessable, "The capability's manifest does not list labeling.choices: add them and apply the manifest.")
        }
        overlap = section.overlap
        gold = section.gold ?? 0
        agreement = section.agreement ?? 0
        random = section.sampling?.random ?? Self.randomShare
        interface = manifest.interface
        self.input = input
    }

    /// The most people that are asked for one task.
    var mostAnswers: Int { overlap + Self.extraAnswers }

    /// Its shape, without the batch.
    var shape: [Int] { Array(input.shape.dropFirst()) }

    /// The choice that an answer is, whatever way its number was written; nil when it is none.
    func choice(_ answer: JSONValue) -> JSONValue? {
        let text = answer.canonical
        return choices.first { $0.canonical == text }
    }

    /// The numbers of the classes of a classifier: a whole-number output beside one of probabilities.
    private static func classes(of interface: Interface) -> [JSONValue] {
        let hasNumber = interface.outputs.contains { $0.datatype.hasPrefix("INT") && $0.shape.count == 1 }
        let sizes = interface.outputs.filter { $0.datatype.hasPrefix("FP") && $0.shape.count == 2 }.map { $0.shape[1] }
        guard hasNumber, let count = sizes.first, (2...mostClasses).contains(count) else { return [] }
        return (0..<count).map { .integer(Int64($0)) }
    }
}

extension JSONValue {
    /// The canonical text, by which answers are compared and named.
    var text: String { String(decoding: canonical, as: UTF8.self) }
}
