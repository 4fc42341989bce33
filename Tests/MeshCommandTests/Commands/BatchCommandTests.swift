import ArgumentParser
import Contracts
import Foundation
import Testing

@testable import MeshCommand

@Suite("What the commands of batch inference say")
struct BatchCommandTests {
    private func job(_ state: BatchJob.State, rows: Int?, done: Int, refused: Int = 0, rate: Double? = nil, left: Double? = nil) -> BatchJob
    {
        BatchJob(
            id: "j-1", capability: "digits", version: 4, team: "documents", state: state, input: BatchInput(file: Digest(of: [1])),
            format: .csv, rows: rows, rowsDone: done, rowsRefused: refused, shardsDone: 0, rowsPerSecond: rate, secondsLeft: left,
            error: state == .failed ? "The input has no row." : nil, createdBy: "key:1", createdAt: .now)
    }

    @Test("progress is a share, a rate and the time left, as far as they are known")
    func progress() {
        #expect(BatchCommand.progress(job(.queued, rows: nil, done: 0)) == "queued: reading the input")
        #expect(BatchCommand.progress(job(.running, rows: 400, done: 0)) == "running: 0%, 0 of 400 rows")
        #expect(
            BatchCommand.progress(job(.running, rows: 400, done: 100, rate: 50.4, left: 5.2))
                == "running: 25%, 100 of 400 rows, 50 rows/s, 6 s left")
    }

    @Test("a job in words says what was refused, and why it failed")
    func text() {
        #expect(
            BatchCommand.text(job(.succeeded, rows: 400, done: 400, refused: 3))
                == "batch job j-1: digits version 4, succeeded, 400 of 400 rows, 3 refused")
        #expect(
            BatchCommand.text(job(.failed, rows: nil, done: 0))
                == "batch job j-1: digits version 4, failed, rows not counted yet\n  The input has no row.")
    }

    @Test(
        "a file's name tells its format",
        arguments: [("a/rows.CSV", TableFormat.csv), ("rows.jsonl", .jsonl), ("x.ndjson", .jsonl), ("y.parquet", .parquet)])
    func formats(_ file: String, _ format: TableFormat) throws {
        #expect(try BatchCommand.format(of: file) == format)
        #expect(throws: (any Error).self) { try BatchCommand.format(of: file + ".xlsx") }
    }

    @Test("a file or a dataset is named, and options fit to it")
    func options() throws {
        #expect(throws: (any Error).self) { try BatchCommand.Submit.parse(["digits"]) }
        #expect(throws: (any Error).self) { try BatchCommand.Submit.parse(["digits", "--file", "a.csv", "--dataset", "d"]) }
        #expect(throws: (any Error).self) { try BatchCommand.Submit.parse(["digits", "--file", "a.csv", "--split", "test"]) }
        #expect(throws: (any Error).self) { try BatchCommand.Submit.parse(["digits", "--file", "a.xls"]) }
        let command = try BatchCommand.Submit.parse(["digits", "--dataset", "d", "--split", "test", "--keep", "label", "--json"])
        #expect(command.dataset == "d" && command.split == "test" && command.outputs == ["label"] && command.json)
    }
}
