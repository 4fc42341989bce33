import Contracts
import Foundation
import Testing

@testable import ModelRegistryService

@Suite("The path of an alias")
struct AliasPathTests {
    /// Moves as a text: a number for a move, `-` for a removal, `!` for one past the gate, `<n` for a rollback to n.
    static func path(_ text: String, deleted: Set<Int> = []) -> AliasPath {
        var present: Int?
        let moves = text.split(separator: " ").map { word in
            let version = Int(word.drop { $0 == "<" })
            defer { present = version }
            return AliasMove(
                capability: "digits", alias: "champion", version: version, model: nil, previous: present, movedAt: .distantPast,
                movedBy: "key:1", overridden: word == "!" ? ["protected"] : nil, rollback: word.hasPrefix("<") ? true : nil)
        }
        return AliasPath(moves, deleted: deleted)
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

    @Test(
        "it steps over versions that were deleted",
        arguments: [
            ("1 2 3", [2], 1), ("1 2 3", [1, 2], nil), ("1 2 1", [2], nil), ("1 2 1 3", [2], 1), ("1 2 -", [2], 1), ("1 2 3 <2 -", [2], 1),
            ("1 2 3 <2 4", [2], 1),
        ] as [(String, Set<Int>, Int?)])
    func deleted(text: String, versions: Set<Int>, version: Int?) {
        #expect(Self.path(text, deleted: versions).target?.version == version, "\(text)")
    }

    @Test(
        "what the alias was taken away from past its gate is proven by nothing before it",
        arguments: [
            ("1 2", 1), ("1 2 -", 2), ("1 2 !", nil), ("1 2 ! 3", nil), ("1 2 ! 3 2 4", 2), ("1 2 ! <2 3", 2), ("1 2 ! 3 <2", 1),
        ] as [(String, Int?)])
    func proven(text: String, version: Int?) {
        #expect(Self.path(text).proven?.version == version, "\(text)")
    }
}
