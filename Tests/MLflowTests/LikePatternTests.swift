import Foundation
import MLflow
import TestSupport
import Testing

@Suite("LIKE")
struct LikePatternTests {
    @Test(
        "a pattern fits the whole text",
        arguments: [
            ("", "", true), ("", "a", false), ("%", "", true), ("%", "abc", true), ("_", "", false), ("_", "ü", true), ("_", "🦉", true),
            ("__", "e\u{301}", true), ("a%c", "abbc", true), ("a%c", "abcb", false), ("%b%", "abc", true), ("a_c", "abbc", false),
            ("%%_", "a", true), ("100%", "100%", true), ("\\%", "\\x", true), ("\\%", "%", false), ("a.c", "abc", false),
            ("%ab%ab", "abab", true), ("%ab%ab", "ababa", false), ("A%", "abc", false),
        ])
    func fits(pattern: String, text: String, expected: Bool) {
        #expect(LikePattern(pattern).matches(text) == expected)
    }

    @Test("ILIKE folds letters", arguments: [("ÄB%", "äbc"), ("äb%", "ÄBC"), ("_", "İ"), ("straße", "STRAßE")])
    func folds(pattern: String, text: String) {
        #expect(LikePattern(pattern, ignoringCase: true).matches(text))
    }

    @Test("the matcher agrees with the definition, tried out letter by letter")
    func definition() throws {
        let failure = try FuzzCampaign("mlflow-like", cases: 5_000).run { seed, input in
            var random = RandomFilter(seed: seed)
            let pattern = (0..<random.below(7)).map { _ in random.pick(["a", "b", "%", "_"]) }.joined()
            let text = (0..<random.below(9)).map { _ in random.pick(["a", "b"]) }.joined()
            input(Array((pattern + " " + text).utf8))
            let expected = Self.fits(Array(pattern)[...], Array(text)[...])
            return LikePattern(pattern).matches(text) == expected ? nil : "\(pattern) on \(text): not \(expected)"
        }

        #expect(failure == nil)
    }

    private static func fits(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "%" { return fits(pattern.dropFirst(), text) || !text.isEmpty && fits(pattern, text.dropFirst()) }
        return !text.isEmpty && (first == "_" || first == text.first) && fits(pattern.dropFirst(), text.dropFirst())
    }
}
