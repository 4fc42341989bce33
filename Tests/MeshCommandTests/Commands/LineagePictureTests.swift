import Contracts
import Foundation
import Testing

@testable import MeshCommand

@Suite("Lineage as a tree")
struct LineagePictureTests {
    static let day = WireJSON.date("2026-03-01T09:30:00Z") ?? .distantPast
    static let model = Digest(of: [1])

    static func version(dataset: Int = 3) -> ModelVersion {
        ModelVersion(
            capability: "digits", version: 7, model: model, bytes: 2814, run: "r-77",
            dataset: DatasetReference(name: "digits", version: dataset),
            manifestRevision: 2, recipe: "softmax-regression", parameters: ["l2": 0.01], seed: 7, metrics: ["accuracy": 0.93],
            aliases: ["champion"], createdAt: day)
    }

    static func picture() -> LineagePicture {
        let move = AliasMove(
            capability: "digits", alias: "champion", version: 7, model: model, previous: 6, movedAt: day, movedBy: "key:1",
            reason: "better", report: "rep")
        let report = Lineage.Report(
            id: "rep", passed: true, manifestRevision: 2, dataset: DatasetReference(name: "digits", version: 3), split: nil, startedAt: day)
        return LineagePicture(
            name: "digits@champion", lineage: Lineage(version: version(), moves: [move], reports: [report]),
            missing: ["the run: no such run"])
    }

    @Test("each thing stands below what it made, and what could not be read is named")
    func tree() {
        #expect(
            Self.picture().tree.lines.joined(separator: "\n") == """
                digits@champion
                └─ version 7, 2814 bytes, \(Self.model)
                   ├─ served as champion
                   │  └─ champion since 2026-03-01T09:30:00Z, by key:1, report rep: better
                   ├─ tested
                   │  └─ report rep passed at revision 2 on digits 3, 2026-03-01T09:30:00Z
                   ├─ run r-77 on revision 2
                   │  ├─ softmax-regression, seed 7, l2 0.01
                   │  └─ accuracy 0.93
                   ├─ dataset digits 3
                   └─ not known: the run: no such run
                """)
    }

    @Test("the dataset version stands with those that it was made from, and with the labels")
    func data() {
        var picture = Self.picture()
        picture.datasets = [3, 2].map { number in
            DatasetVersion(
                dataset: "digits", number: number, id: Self.model, manifest: Self.model, message: "Labels of project p, commit 1",
                createdAt: Self.day, createdBy: "service:labeling", splits: ["train": SplitCounts(rows: 10, labeled: number)], segments: [],
                checks: [])
        }
        let lines = picture.tree.lines.map { $0.trimmingCharacters(in: .whitespaces) }

        #expect(lines.contains("│  ├─ version 3: 3 of 10 train rows labeled; Labels of project p, commit 1, by service:labeling"))
        #expect(lines.contains("│  └─ version 2: 2 of 10 train rows labeled; Labels of project p, commit 1, by service:labeling"))
    }

    @Test("a model whose data nobody named says so")
    func unknown() {
        let picture = LineagePicture(
            name: "digits@7", lineage: Lineage(version: Self.version(dataset: 0), moves: [], reports: []))

        #expect(picture.tree.lines.contains("   └─ dataset not known"))
        #expect(picture.tree.lines.contains("   ├─ not tested"))
    }

    @Test("the other way, what came of a run or a dataset is listed below it")
    func descendants() {
        #expect(
            LineageCommand.tree(of: "dataset digits:3", [Self.version()]).lines
                == ["dataset digits:3", "└─ digits version 7 from digits 3 by run r-77, @champion"])
        #expect(LineageCommand.tree(of: "run r-1", []).lines == ["run r-1", "└─ no model came of it"])
    }
}
