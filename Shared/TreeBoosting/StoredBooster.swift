import Foundation

/// A booster as the library writes it in JSON: the members that a model needs.
struct StoredBooster: Decodable {
    struct Tree: Decodable {
        let leftChildren: [Int]
        let rightChildren: [Int]
        let splitIndices: [Int]
        let splitConditions: [Float]
        let defaultLeft: [Int]
    }

    struct Model: Decodable {
        let trees: [Tree]
        let treeInfo: [Int]
    }

    struct Booster: Decodable {
        let model: Model
    }

    struct Parameters: Decodable {
        let baseScore: String
    }

    struct Learner: Decodable {
        let gradientBooster: Booster
        let learnerModelParam: Parameters
    }

    let learner: Learner

    static func read(_ text: Data) throws(BoostingError) -> StoredBooster {
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(StoredBooster.self, from: text)
        } catch {
            throw .failed("the library writes its model in a way that is not known")
        }
    }

    /// The scores that trees add to: "[0.1,-0.2]", or "0.5" in older versions.
    var bases: [Float] {
        learner.learnerModelParam.baseScore.split { "[], ".contains($0) }.compactMap { Float($0) }
    }
}
