import Foundation
import TestSupport

/// Manifests that commands are given.
enum Manifests {
    static let sample = TestSupport.Checkout.root.path + "/deploy/samples/digits/capability.yaml"

    /// The sample under another name.
    static func sample(named name: String) throws -> String {
        try String(contentsOfFile: sample, encoding: .utf8)
            .replacing("name: digits\n", with: "name: \(name)\n").replacing("dataset: digits\n", with: "dataset: \(name)\n")
    }
}
