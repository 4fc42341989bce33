import ArgumentParser
import Contracts
import Foundation
import Testing

@testable import MeshCommand

@Suite("Commands about training")
struct TrainingCommandTests {
    @Test("what to try is a list of JSON values or a range with its scale and points")
    func ranges() throws {
        #expect(try SearchCommand.range("0.1,1") == SearchRange(values: [0.1, 1]))
        #expect(try SearchCommand.range("[16],[32,16]") == SearchRange(values: [[16], [32, 16]]))
        #expect(try SearchCommand.range("true,false") == SearchRange(values: [true, false]))
        #expect(try SearchCommand.range("a") == SearchRange(values: ["a"]))
        #expect(try SearchCommand.range("1e-4..1:log:5") == SearchRange(minimum: 1e-4, maximum: 1, scale: .logarithmic, points: 5))
        #expect(try SearchCommand.range("1..64:whole") == SearchRange(minimum: 1, maximum: 64, whole: true))
        #expect(throws: (any Error).self) { _ = try SearchCommand.range("a..b") }
        #expect(throws: (any Error).self) { _ = try SearchCommand.range("1..2:loud") }
    }

    @Test("the options of a search become one request")
    func wish() throws {
        let command = try SearchCommand.parse([
            "digits", "--strategy", "asha", "--space", "l2=0..1", "--parameter", "standardize=false", "--resource", "epochs=5..45",
            "--trials", "9",
        ])
        let wish = try command.wish()
        #expect(wish.strategy == .asha)
        #expect(wish.space == ["l2": SearchRange(minimum: 0, maximum: 1)])
        #expect(wish.parameters == ["standardize": false])
        #expect(wish.halving == NewSearch.Halving(resource: "epochs", minimum: 5, maximum: 45))
        #expect(try SearchCommand.parse(["digits", "--space", "l2"]).space == ["l2"])
        #expect(throws: (any Error).self) { _ = try SearchCommand.parse(["digits", "--space", "l2"]).wish() }
    }

    @Test("a comparison of runs says its verdict first, then each field that differs")
    func comparison() {
        let same = RunComparison(first: "a", second: "b", verdict: .identical, tolerance: 1e-6, differences: [])
        #expect(ReproduceCommand.text(same, error: nil) == "identical: the models are the same to the byte")
        let other = RunComparison(
            first: "a", second: "b", verdict: .differs, tolerance: 1e-6,
            differences: [.init(field: "seed", role: .input, first: 7, second: 8), .init(field: "model", role: .result, first: "x")])
        let lines = ReproduceCommand.text(other, error: nil).split(separator: "\n")
        #expect(lines.first == "differs: a metric differs by more than 1e-06")
        #expect(lines.last?.split(separator: " ") == ["result", "model", "x", "-"])
        let failed = RunComparison(first: "a", second: "b", verdict: .incomplete, tolerance: 1e-6, differences: [])
        #expect(ReproduceCommand.text(failed, error: "Too few rows.").hasSuffix("came to no model: Too few rows."))
    }

    @Test("a leaderboard shows what was searched, the interval, and why none is crowned")
    func leaderboard() throws {
        let trial = SearchTrial(
            trial: 4, rung: 1, run: "r-1", state: .succeeded, parameters: ["l2": 0.01, "standardize": true], value: 0.97, lower: 0.95,
            upper: 0.98, rows: 180, rank: 1, standing: .tied)
        let asked = NewSearch(capability: "digits", strategy: .random, space: ["l2": SearchRange(minimum: 0, maximum: 1)])
        let text = SearchCommand.text(
            SearchRecord(id: "s", state: .finished, asked: asked, leaderboard: [trial], outcome: "A tie.", createdAt: .now))
        #expect(text.contains("0.95 to 0.98"))
        #expect(text.contains("tied"))
        #expect(!text.contains("standardize"))
        #expect(text.hasSuffix("A tie."))
    }

    @Test("a run is shown with its code, rows, machine and why it has no version")
    func run() {
        var run = TrainingRun(
            id: "r-1", capability: "digits", state: .succeeded, manifestRevision: 2, recipe: "softmax-regression", parameters: ["l2": 0.01],
            seed: 7, metrics: ["validation_accuracy": 0.93], environment: ["machine.cores": "2"], createdAt: .now)
        run.code = RunCode(digest: Digest(of: [1]), commit: "abc")
        run.search = "s-1"
        let text = RunsCommand.text(run)
        #expect(text.contains("machine.cores"))
        #expect(text.contains("abc"))
        #expect(text.contains("0.93"))
        #expect(RunsCommand.table([run]).split(separator: "\n")[1].contains("trial"))
    }

    @Test("a folder packs to the same bytes each time; in a repository with its commit, its uncommitted changes, and without ignored files")
    func folder() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "folder-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder.appending(path: "data"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ text: String, _ name: String) throws { try Data(text.utf8).write(to: folder.appending(path: name)) }
        func git(_ words: String...) throws {
            let fixed = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-C", folder.path]
            let process = try Process.run(URL(filePath: "/usr/bin/git"), arguments: fixed + words)
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        try write("print(1)", "train.py")
        try write("1", "data/rows.csv")
        let plain = try WorkingDirectory(folder.path)
        #expect(plain.commit == nil)
        #expect(try WorkingDirectory(folder.path).archive == plain.archive)

        try write("data/", ".gitignore")
        try git("init", "-q")
        try git("add", ".")
        try git("commit", "-q", "-m", "x")
        let clean = try WorkingDirectory(folder.path)
        #expect(clean.commit?.count == 40)
        #expect(clean.diff == nil)
        #expect(clean.archive != plain.archive)
        try write("print(2)", "train.py")
        let changed = try WorkingDirectory(folder.path)
        #expect(changed.commit == clean.commit)
        #expect(String(decoding: changed.diff ?? [], as: UTF8.self).contains("+print(2)"))
        #expect(changed.archive != clean.archive)
    }
}
