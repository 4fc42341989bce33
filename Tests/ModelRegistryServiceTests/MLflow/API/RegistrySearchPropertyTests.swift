import Contracts
import Foundation
import MLflow
import ServiceTestSupport
import Statistics
import TestSupport
import Testing

@testable import ModelRegistryService

@Suite("Random searches for registered models", .serialized)
struct RegistrySearchPropertyTests {
    private static let names = ["a", "A", "ab", "a%b", "a_b", "a\\b", "a'b", "ü", "Ü", "e\u{301}", "日本", "z z", "\u{1F989}"]
    private static let keys = ["k", "key two", "k.x", "mlflow.prompt.is_prompt"]
    private static let values = ["", "x", "X", "true", "false", "%", "_", "ü", "x'y", "\\"]

    /// A text that the grammar allows, for a filter over names and tags.
    private static func filter(_ generator: inout SeededGenerator) -> String {
        let comparisons = (0..<Int.random(in: 0...3, using: &generator)).map { _ -> String in
            let isName = Bool.random(using: &generator)
            let field = isName ? "name" : "tag.`\(keys.randomElement(using: &generator) ?? "k")`"
            let operand = "'\(operand(&generator).replacing("'", with: "''"))'"
            let operators = ["=", "!=", "LIKE", "ILIKE"] + (isName ? ["IN", "NOT IN"] : [])
            let comparator = operators.randomElement(using: &generator) ?? "="
            return "\(field) \(comparator) \(comparator.hasSuffix("IN") ? "(\(operand), 'a')" : operand)"
        }
        return comparisons.joined(separator: " AND ")
    }

    private static func operand(_ generator: inout SeededGenerator) -> String {
        let pieces = ["%", "_", "a", "b", "ü", "E"] + names + values
        return (0..<Int.random(in: 1...2, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
    }

    @Test("find what the grammar's own evaluation finds, in whole and page by page")
    func agree() async throws {
        try await withMLflow { mlflow in
            var generator = SeededGenerator(seed: 11)
            var tags: [String: [String: String]] = [:]
            for name in Self.names {
                var own: [String: String] = [:]
                for key in Self.keys where Bool.random(using: &generator) {
                    own[key] = Self.values.randomElement(using: &generator)
                }
                tags[name] = own
                guard try await mlflow.create(name, tags: own).status == 200 else { throw TestSupportError("\(name) was not made") }
            }
            var found = 0
            for round in 0..<150 {
                let text = Self.filter(&generator)
                let filter = try SearchFilter(text, kind: .registeredModels)
                let asksForPrompts = filter.comparisons.contains { $0.field == SearchFilter.promptTag }
                let expected = tags.filter { name, own in
                    guard asksForPrompts || own["mlflow.prompt.is_prompt"] != "true" else { return false }
                    return filter.matches { field in
                        field.entity == .tag ? (own[field.key].map { [.text($0)] } ?? []) : [.text(name)]
                    }
                }.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                found += expected.count

                #expect(try await mlflow.models(text, size: round % 3 == 0 ? 2 : 1_000) == expected, "\(text)")
            }
            #expect(found > 100)
        }
    }
}
