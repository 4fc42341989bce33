import Contracts
import Foundation
import TestSupport

/// What is frozen, computed by `Vectors/make_vectors.py` apart from the code under test.
enum Vectors {
    /// A file of vectors.
    static func read<T: Decodable>(_ type: T.Type = T.self, _ name: String) throws -> T {
        try JSONDecoder().decode(type, from: try Data(contentsOf: folder.appending(path: name)))
    }

    /// The lines of a golden file.
    static func lines(_ name: String) throws -> [String] {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private static let folder = Checkout.root.appending(path: "Tests/ContractsTests/Vectors")
}
