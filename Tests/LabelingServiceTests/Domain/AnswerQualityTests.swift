import Contracts
import Testing

@testable import LabelingService

@Suite("Answer quality")
struct AnswerQualityTests {
    /// Thirty tasks with a class each; two people are always right, one answers 0 whatever it is.
    private static let answers = (0..<30).flatMap { task -> [ProjectAnswer] in
        let truth = String(task % 3)
        return [("good", truth), ("fine", truth), ("lazy", "0")].map {
            ProjectAnswer(task: "t\(task)", labeler: $0.0, label: $0.1, gold: task < 6 ? truth : nil)
        }
    }

    @Test("the person who answers the same each time is found out, and gold is counted")
    func scores() throws {
        let quality = AnswerQuality(Self.answers)
        let scores = Dictionary(quality.labelers.map { ($0.labeler, $0) }) { first, _ in first }

        #expect(scores["good"]?.goldAnswers == 6)
        #expect(scores["good"]?.goldCorrect == 6)
        #expect(scores["lazy"]?.goldCorrect == 2)
        #expect(scores["lazy"]?.answers == 30)
        #expect(try #require(scores["good"]?.estimatedAccuracy) > 0.9)
        #expect(try #require(scores["lazy"]?.estimatedAccuracy) < 0.5)
    }

    @Test("a tied label goes to the better labeler's answer")
    func tie() {
        let tied = ["good": "1", "lazy": "0"].map { ProjectAnswer(task: "tied", labeler: $0.key, label: $0.value, gold: nil) }
        let quality = AnswerQuality(Self.answers + tied)

        #expect(quality.mostProbable(of: [0, 1], task: "tied") == 1)
        #expect((quality.probability(of: 1, task: "tied") ?? 0) > 0.8)
    }

    @Test("alpha is Krippendorff's: the worked example of two coders, nominal")
    func alpha() throws {
        // Krippendorff (2011), example A: ten units, alpha = 0.095.
        let first = ["0", "1", "0", "0", "0", "0", "0", "0", "1", "0"]
        let second = ["1", "1", "1", "0", "0", "1", "0", "0", "0", "0"]
        let answers = zip(first, second).enumerated().flatMap { unit, pair in
            [
                ProjectAnswer(task: "u\(unit)", labeler: "a", label: pair.0, gold: nil),
                ProjectAnswer(task: "u\(unit)", labeler: "b", label: pair.1, gold: nil),
            ]
        }

        #expect(abs(try #require(AnswerQuality(answers).alpha) - 0.095) < 0.001)
    }

    @Test("without answers there is nothing to say")
    func nothing() {
        let quality = AnswerQuality([])

        #expect(quality.alpha == nil)
        #expect(quality.labelers.isEmpty)
        #expect(quality.probability(of: 1, task: "t") == nil)
    }
}
