import Foundation

/// Numbers of scikit-learn, fairlearn and scipy: Vectors/make_vectors.py makes them.
struct MetricVectors: Decodable {
    struct Binary: Decodable {
        let labels: [Int]
        let probabilities: [Double]
        let predictions: [Int]
        let other: [Double]
        let lower: Double
        let upper: Double
        let differenceLower: Double
        let differenceUpper: Double
        let values: [String: Double]
    }

    struct Classes: Decodable {
        let labels: [Int]
        let probabilities: [Double]
        let predictions: [Int]
        let values: [String: Double]
    }

    struct Numbers: Decodable {
        let targets: [Double]
        let values: [Double]
        let expected: [String: Double]
    }

    struct Query: Decodable {
        let scores: [Double]
        let relevances: [Double]
    }

    struct Rankings: Decodable {
        let queries: [Query]
        let expected: [String: Double]
    }

    struct Spread: Decodable {
        let difference: Double
        let ratio: Double
    }

    struct Groups: Decodable {
        let labels: [Int]
        let predictions: [Int]
        let groups: [String]
        let expected: [String: Spread]
    }

    struct Calibration: Decodable {
        let confidences: [Double]
        let isCorrect: [Bool]
        let spiegelhalter: Double
        let spiegelhalterPValue: Double
        let chiSquared: Double
        let degrees: Int
        let chiSquaredPValue: Double
    }

    struct Noise: Decodable {
        let matrix: [Double]
        let observed: [Int]
        let accuracy: Double
        let recall: [Double]
        let precision: [Double]
    }

    struct SignTest: Decodable {
        let held: Int
        let broken: Int
        let pValue: Double
    }

    struct Missing: Error {}

    let binary: [Binary]
    let classes: Classes
    let numbers: Numbers
    let rankings: Rankings
    let groups: Groups
    let calibration: Calibration
    let noise: Noise
    let signTests: [SignTest]

    static func read() throws -> MetricVectors {
        guard let url = Bundle.module.url(forResource: "metrics", withExtension: "json", subdirectory: "Vectors") else { throw Missing() }
        return try JSONDecoder().decode(MetricVectors.self, from: Data(contentsOf: url))
    }
}
