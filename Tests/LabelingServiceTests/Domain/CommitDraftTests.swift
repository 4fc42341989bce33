import Contracts
import Testing

@testable import LabelingService

@Suite("Commit draft")
struct CommitDraftTests {
    private func task(_ id: String, row: String, label: JSONValue, isInDataset: Bool = true) -> SettledTask {
        SettledTask(
            id: id, rowID: row, input: ["pixels": [1, 2]], context: [:], label: label, isTied: false, answered: [label], answers: 2,
            selection: Selection(method: .slice, probability: 0.5, reason: "twos"),
            origin: isInDataset ? nil : RowOrigin(kind: .production, requestId: RequestID(), row: 3), isInDataset: isInDataset)
    }

    @Test("rows of the dataset get labels, rows from production come whole with theirs, and how they were chosen is kept")
    func parts() throws {
        let draft = CommitDraft(
            [task("a", row: "r1", label: 1), task("b", row: "r2", label: 2, isInDataset: false)], id: "c1", project: "shapes",
            quality: AnswerQuality([]))

        let label = try #require(draft.request.labels?.first)
        let row = try #require(draft.request.rows?.first)
        #expect(label.rowId == "r1" && label.label == 1 && label.annotators == 2 && label.selection?.probability == 0.5)
        #expect(row.id == "r2" && row.label == 2 && row.origin?.kind == .production && row.selection?.reason == "twos")
        #expect((draft.labels, draft.rows) == (2, 1))
        #expect(draft.request.message.contains("c1"))
    }

    @Test("of two labels of one row the one settled last counts")
    func last() {
        let draft = CommitDraft(
            [task("a", row: "r1", label: 1), task("b", row: "r1", label: 2)], id: "c1", project: "shapes", quality: AnswerQuality([]))

        #expect(draft.request.labels?.map(\.label) == [2])
        #expect(draft.labels == 1)
    }

    @Test("a tie takes the label of the labelers who are right elsewhere, with its probability")
    func tie() throws {
        let elsewhere = (0..<20).flatMap { unit in
            [("good", "\(unit % 3)"), ("fine", "\(unit % 3)"), ("lazy", "0")].map {
                ProjectAnswer(task: "t\(unit)", labeler: $0.0, label: $0.1, gold: nil)
            }
        }
        let here = [("lazy", "0"), ("good", "2")].map { ProjectAnswer(task: "a", labeler: $0.0, label: $0.1, gold: nil) }
        var tied = task("a", row: "r1", label: 0)
        tied = SettledTask(
            id: tied.id, rowID: tied.rowID, input: tied.input, context: [:], label: 0, isTied: true, answered: [0, 2], answers: 2,
            selection: nil, origin: nil, isInDataset: true)

        let label = try #require(
            CommitDraft([tied], id: "c", project: "shapes", quality: AnswerQuality(elsewhere + here)).request.labels?.first)

        #expect(label.label == 2)
        #expect(try #require(label.confidence) > 0.8)
    }
}
