import Contracts
import Foundation
import Testing

@testable import ModelRegistryService

@Suite("The path of an alias")
struct AliasPathTests {
    /// Moves as a text: a number for a move, `-` for a removal, `<n` for a rollback to n.
    static func path(_ text: String) -> AliasPath {
        AliasPath(
            text.split(separator: " ").map { word in
                AliasMove(
                    capability: "digits", alias: "champion", version: word == "-" ? nil : Int(word.drop { $0 == "<" }), model: nil,
                    previous: nil, movedAt: .distantPast, movedBy: "key:1", rollback: word.hasPrefix("<") ? true : nil)
            })
    }

    @Test(
        "a rollback leads to what was there before, step by step, and never forth again",
        arguments: [
            ("", nil), ("1", nil), ("1 2", 1), ("1 2 3", 2), ("1 2 3 <2", 1), ("1 2 3 <2 <1", nil), ("1 2 <1 3", 1), ("1 2 <1 3 <1", nil),
            ("1 2 1", 2), ("1 2 1 <2", 1), ("1 2 -", 2), ("1 2 - <2", 1), ("1 -", 1), ("1 - 2", 1), ("1 1 2", 1), ("1 2 3 <2 4 <2", 1),
        ] as [(String, Int?)])
    func target(text: String, version: Int?) {
        #expect(Self.path(text).target?.version == version, "\(text)")
    }
}
