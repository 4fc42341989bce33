import Foundation

/// What scikit-learn, XGBoost and Pillow answer on made-up rows: Vectors/make_vectors.py makes them.
struct RecipeVectors: Decodable {
    struct Rows: Decodable {
        let train: Int
        let missing: Double
        let numbers: [Double]
        let colours: [String]
        let labels: [Int]
        let targets: [Double]
        let features: [Double]
    }

    struct Softmax: Decodable {
        let l2: Double
        let probabilities: [Double]
    }

    struct Ridge: Decodable {
        let alpha: Double
        let predictions: [Double]
    }

    struct Trees: Decodable {
        let classes: [Double]
        let two: [Double]
        let number: [Double]
    }

    struct Texts: Decodable {
        let texts: [String]
        let buckets: Int
        let features: [Double]
    }

    struct Picture: Decodable {
        let pixels: [Int]
        let resized: [Double]
    }

    let table: Rows
    let softmax: Softmax
    let ridge: Ridge
    let trees: Trees
    let texts: Texts
    let image: Picture

    static func read() throws -> RecipeVectors {
        guard let url = Bundle.module.url(forResource: "recipes", withExtension: "json", subdirectory: "Vectors") else {
            throw CocoaError(.fileNoSuchFile)
        }
        return try JSONDecoder().decode(RecipeVectors.self, from: Data(contentsOf: url))
    }
}
