import Foundation

/// What scikit-learn and implicit answer on the fixture's rows: Vectors/make_vectors.py makes them.
struct RecipeVectors: Decodable {
    struct Clusters: Decodable {
        let centers: [Double]
        let inertia: Double
        let iterations: Int
        let assignments: [Int]
    }

    struct Batches: Decodable {
        let centers: [Double]
        let counts: [Int]
    }

    struct Implicit: Decodable {
        let scores: [Double]
        let objective: Double
        let recommended: [[Int]]
    }

    struct Explicit: Decodable {
        let scores: [Double]
    }

    struct Transfer: Decodable {
        let penalties: [Double]
        let losses: [Double]
    }

    struct Permutation: Decodable {
        let means: [Double]
        let deviations: [Double]
    }

    let kmeans: Clusters
    let emptied: Clusters
    let batches: Batches
    let implicit: Implicit
    let explicit: Explicit
    let transfer: Transfer
    let permutation: Permutation

    static func read() throws -> RecipeVectors {
        guard let url = Bundle.module.url(forResource: "recipes", withExtension: "json", subdirectory: "Vectors") else {
            throw CocoaError(.fileNoSuchFile)
        }
        return try JSONDecoder().decode(RecipeVectors.self, from: Data(contentsOf: url))
    }
}
