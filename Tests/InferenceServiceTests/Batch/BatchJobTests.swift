import Contracts
import Foundation
import HTTPService
import Postgres
import ServiceTestSupport
import Tables
import TestSupport
import Testing

@testable import InferenceService

@Suite("Batch jobs", .serialized)
struct BatchJobTests {
    /// A file of predictions as a table.
    private func table(_ fixture: BatchFixture, _ answer: ProbeAnswer, _ format: TableFormat) async throws -> Table {
        let file = fixture.inference.folder.appending(path: UUID().uuidString)
        try Data(answer.body).write(to: file)
        let path = TableSQL.literal(file.path)
        let relation =
            switch format {
            case .parquet: "read_parquet(\(path))"
            case .csv:
                "read_csv(\(path), columns = {'row': 'BIGINT', 'id': 'VARCHAR', 'note': 'VARCHAR', 'label': 'BIGINT', 'p': 'FLOAT[]', 'error': 'VARCHAR'}, header = true)"
            case .jsonl:
                "read_json(\(path), format = 'newline_delimited', columns = {'row': 'BIGINT', 'id': 'VARCHAR', 'note': 'VARCHAR', 'label': 'BIGINT', 'p': 'FLOAT[]', 'error': 'VARCHAR'})"
            }
        return try await fixture.tables().query("SELECT * FROM \(relation)")
    }

    private func check(_ table: Table, count: Int, _ mesh: BatchMesh) async throws {
        let expected = try await mesh.direct((0..<count).map(BatchRows.row))
        #expect(table.columns.map(\.name) == ["row", "id", "note", "label", "p", "error"])
        #expect(try table.column("row").integers() == (0..<count).map(Int64.init))
        #expect(try table.column("id").texts() == (0..<count).map { "r\($0)" })
        #expect(try table.column("note").texts() == (0..<count).map { "note \($0 % 3)" })
        #expect(try table.column("label").integers() == expected.labels)
        #expect(Set(expected.labels).count == 2)
        #expect(try table.column("error").nulls == Array(repeating: true, count: count))
        guard case .list(let offsets, let elements) = try table.column("p").values else {
            Issue.record("p is no list")
            return
        }
        #expect(offsets == (0...count).map { $0 * 2 })
        guard case .float(let values) = elements else {
            Issue.record("p holds no floats")
            return
        }
        #expect(values == expected.probabilities.map { Float($0) })
    }

    @Test("every format goes in and every format comes out, with the predictions of the online lane, in the order of the input")
    func formats() async throws {
        try await withBatch { fixture in
            try await fixture.running { mesh in
                let count = 1200
                let csv = try await mesh.upload(BatchRows.csv(count), .csv)
                #expect(csv.bytes == BatchRows.csv(count).count && csv.digest == Digest(of: BatchRows.csv(count)))
                let lines = try await mesh.upload(BatchRows.jsonl(count), .jsonl)
                let file = fixture.inference.folder.appending(path: "rows.parquet")
                let text = fixture.inference.folder.appending(path: "rows.jsonl")
                try Data(BatchRows.jsonl(count)).write(to: text)
                try await fixture.tables().write(
                    query: "SELECT id, pixels::DOUBLE[] AS pixels, note FROM read_json(\(TableSQL.literal(text.path)))", to: file,
                    options: ["FORMAT parquet", "ROW_GROUP_SIZE 2048"])
                let parquet = try await mesh.upload([UInt8](Data(contentsOf: file)), .parquet)

                for (input, format) in [(csv, TableFormat.parquet), (lines, .csv), (parquet, .jsonl), (parquet, .parquet)] {
                    let job = try await mesh.submit(
                        NewBatchJob(capability: "digits", input: BatchInput(file: input.digest), format: format))
                    #expect(job.state == .queued && job.version == 1)
                    let ended = try await mesh.ended(job)
                    try #require(ended.state == .succeeded, "\(ended)")
                    #expect(ended.rows == count && ended.rowsDone == count && ended.rowsRefused == 0)
                    // At most 500 rows each; how many fewer hangs on the time of a row.
                    #expect(ended.shards.map { (3...10).contains($0) && ended.shardsDone == $0 } == true)
                    #expect(ended.rowsPerSecond.map { $0 > 0 } == true && ended.secondsLeft == nil)
                    let answer = try await mesh.output(ended)
                    #expect(answer[header: "content-type"] == format.contentType)
                    #expect(answer[header: "etag"] == "\"\(Digest(of: answer.body))\"" && ended.output == Digest(of: answer.body))
                    #expect(answer.body.count == ended.outputBytes)
                    try await check(try await table(fixture, answer, format), count: count, mesh)
                }
                // What jobs made on their way is gone.
                #expect(
                    try FileManager.default.contentsOfDirectory(
                        atPath: fixture.inference.folder.appending(path: "blobs/inference/jobs").path
                    ).isEmpty)
            }
        }
    }

    @Test("rows that cannot be predicted are in the output with their reason, and fail nothing")
    func badRows() async throws {
        try await withBatch { fixture in
            try await fixture.running { mesh in
                let text = """
                    id,pixels,label
                    a,"[9,9,1,1]",mine
                    b,"[9,9,1]",x
                    c,"[9,9,1,99]",x
                    d,"[9,oops,1,1]",x
                    e,,x
                    f,"[1,1,9,9]",yours

                    """
                let file = try await mesh.upload(Array(text.utf8), .csv)
                let job = try await mesh.submit(
                    NewBatchJob(capability: "digits", version: "2", input: BatchInput(file: file.digest), format: .csv, outputs: ["label"]))
                let ended = try await mesh.ended(job)

                #expect(ended.state == .succeeded && ended.version == 2 && ended.rows == 6 && ended.rowsDone == 6 && ended.rowsRefused == 4)
                #expect(
                    try await mesh.output(ended).text == """
                        row,id,input.label,label,error
                        0,a,mine,20,
                        1,b,x,,"input pixels has 3 elements, expected 4"
                        2,c,x,,"input pixels, element 3 must lie between 0 and 16"
                        3,d,x,,input pixels is missing or not of its type
                        4,e,x,,input pixels is missing or not of its type
                        5,f,yours,21,

                        """)
            }
        }
    }

    @Test("a file that cannot be read fails the job with a reason that says where")
    func unreadable() async throws {
        try await withBatch { fixture in
            try await fixture.running { mesh in
                let cases: [(String, TableFormat, String)] = [
                    (
                        "id,pixels\na,\"[1,2,3,4]\"\nb,1,2\n", .csv,
                        "The input cannot be read: line 3: 3 columns where the first line names 2."
                    ),
                    ("{\"pixels\": [1,2,3,4]}\n{oops\n", .jsonl, "The input cannot be read: line 2, byte 2: "),
                    ("id,other\na,1\n", .csv, "The input cannot be read: there is no column for input pixels: the columns are id, other."),
                    ("id,pixels\n", .csv, "The input has no row."),
                    ("no parquet at all", .parquet, "The input cannot be read: the file is no Parquet file."),
                ]
                for (text, format, reason) in cases {
                    let file = try await mesh.upload(Array(text.utf8), format)
                    let ended = try await mesh.ended(
                        try await mesh.submit(NewBatchJob(capability: "digits", input: BatchInput(file: file.digest))))
                    #expect(ended.state == .failed)
                    #expect(ended.error?.hasPrefix(reason) == true, "\(ended.error ?? "")")
                    let answer = try await mesh.output(ended)
                    #expect(answer.status == 409 && answer.text.contains("inference.output_missing"))
                    let cancelled = try await mesh.probe.send(
                        "POST", "\(BatchFixture.jobs)/\(ended.id)/cancel", token: BatchFixture.engineer)
                    #expect(cancelled.status == 409 && cancelled.text.contains("inference.job_ended"))
                }
            }
        }
    }

    @Test("the same input, model and settings give the same bytes, however many workers share the job")
    func determinism() async throws {
        try await withBatch { fixture in
            let bytes = BatchRows.csv(3000)
            var outputs: [TableFormat: Set<Digest>] = [:]
            for workers in [1, 3] {
                let found = try await fixture.running(workers: workers) { mesh in
                    let file = try await mesh.upload(bytes, .csv)
                    var outputs: [TableFormat: [Digest]] = [:]
                    for format in [TableFormat.parquet, .csv, .parquet] {
                        let wish = NewBatchJob(capability: "digits", input: BatchInput(file: file.digest), format: format)
                        let ended = try await mesh.ended(try await mesh.submit(wish))
                        outputs[format, default: []].append(try #require(ended.output, "\(ended)"))
                    }
                    return outputs
                }
                for (format, digests) in found { outputs[format, default: []].formUnion(digests) }
            }
            #expect(outputs[.parquet]?.count == 1 && outputs[.csv]?.count == 1)
        }
    }

    @Test("two instances share one job, and every row is there once")
    func sharing() async throws {
        try await withBatch { fixture in
            let first = try fixture.service(workers: 1, shardRows: 100)
            let second = try fixture.service(workers: 1, shardRows: 100)
            try await withRunning(first) { one in
                try await withRunning(second) { _ in
                    let mesh = BatchMesh(probe: one)
                    try await mesh.ready()
                    let count = 6000
                    let file = try await mesh.upload(BatchRows.csv(count), .csv)
                    // Both instances name their workers alike here: what tells them apart is that both hold a shard at once.
                    let job = try await mesh.submit(NewBatchJob(capability: "digits", input: BatchInput(file: file.digest)))
                    try await eventually {
                        let held = try await fixture.inference.database.query(
                            "SELECT count(*) AS held FROM inference.batch_tasks WHERE kind = 'shard' AND part IS NULL AND lease_until > now()"
                        )
                        return try held[0].decode("held", as: Int.self) == 2 ? nil : "not two at once"
                    }
                    let ended = try await mesh.ended(job)
                    #expect(ended.state == .succeeded && ended.rowsDone == count && ended.shardsDone == 94)
                    try await check(try await table(fixture, try await mesh.output(ended), .parquet), count: count, mesh)
                }
            }
        }
    }

    @Test("a job whose process was killed is finished by another, with the bytes of an undisturbed one")
    func killed() async throws {
        try await withBatch { fixture in
            try await fixture.running(workers: 0) { mesh in
                let count = 20_000
                let file = try await mesh.upload(BatchRows.csv(count), .csv)
                let wish = NewBatchJob(capability: "digits", input: BatchInput(file: file.digest))
                let first = try InferenceProcess(fixture, workers: 2, shardRows: 100)
                let job = try await mesh.submit(wish)
                try await eventually(within: .seconds(60), every: .milliseconds(1)) {
                    let now = try await mesh.find(job.id)
                    return now.shardsDone > 3 ? nil : "\(now)"
                }
                first.kill()
                let interrupted = try await mesh.find(job.id)
                #expect(interrupted.state == .running && interrupted.shardsDone < 300)

                let second = try InferenceProcess(fixture, workers: 2, shardRows: 100)
                defer { second.kill() }
                let ended = try await mesh.ended(job)
                #expect(ended.state == .succeeded && ended.rowsDone == count && ended.rows == count, "\(ended)")
                try await check(try await table(fixture, try await mesh.output(ended), .parquet), count: count, mesh)
                let undisturbed = try await mesh.ended(try await mesh.submit(wish))
                #expect(undisturbed.output == ended.output)
            }
        }
    }

    @Test("a job whose part was lost on the disk is done anew")
    func lostPart() async throws {
        try await withBatch { fixture in
            try await fixture.running(workers: 1, shardRows: 100) { mesh in
                let count = 4000
                let file = try await mesh.upload(BatchRows.csv(count), .csv)
                let job = try await mesh.submit(NewBatchJob(capability: "digits", input: BatchInput(file: file.digest)))
                let database = fixture.inference.database
                try await eventually(every: .milliseconds(1)) {
                    let rows = try await database.query("SELECT part FROM inference.batch_tasks WHERE place = 0 AND part IS NOT NULL")
                    guard let part = try rows.first?.decode("part", as: String.self) else { return "no part yet" }
                    let hex = part.split(separator: ":").last.map(String.init) ?? part
                    let blobs = fixture.inference.folder.appending(path: "blobs/inference/jobs/\(job.id)")
                    let place = blobs.appending(path: "\(hex.prefix(2))/\(hex.dropFirst(2).prefix(2))/\(hex)")
                    try FileManager.default.removeItem(at: place)
                    return nil
                }
                let ended = try await mesh.ended(job)
                #expect(ended.state == .succeeded && ended.rowsDone == count && ended.rows == count, "\(ended)")
                try await check(try await table(fixture, try await mesh.output(ended), .parquet), count: count, mesh)
            }
        }
    }

    @Test("a cancelled job ends at once, for good, and leaves nothing half-done")
    func cancelling() async throws {
        try await withBatch { fixture in
            try await fixture.running(workers: 1, shardRows: 100) { mesh in
                let file = try await mesh.upload(BatchRows.csv(20_000), .csv)
                let job = try await mesh.submit(NewBatchJob(capability: "digits", input: BatchInput(file: file.digest)))
                try await eventually(every: .milliseconds(1)) {
                    try await mesh.find(job.id).shardsDone > 0 ? nil : "nothing is done yet"
                }
                let path = "\(BatchFixture.jobs)/\(job.id)/cancel"
                let start = ContinuousClock.now
                let answer = try await mesh.probe.send("POST", path, token: BatchFixture.engineer)
                #expect(answer.status == 200)
                #expect(try answer.decode(BatchJob.self).state == .cancelled)
                let again = try await mesh.probe.send("POST", path, token: BatchFixture.engineer)
                #expect(again.status == 200)
                #expect(try again.decode(BatchJob.self).state == .cancelled)
                let done = try await mesh.find(job.id).rowsDone
                // The worker is free for another job, and nothing is added to this one.
                let small = try await mesh.upload(BatchRows.csv(10), .csv)
                let other = try await mesh.ended(
                    try await mesh.submit(NewBatchJob(capability: "digits", input: BatchInput(file: small.digest))))
                #expect(other.state == .succeeded && start.duration(to: .now) < .seconds(15))
                let now = try await mesh.find(job.id)
                #expect(now.state == .cancelled && now.rowsDone == done && now.output == nil && now.endedAt != nil)
                #expect(try await mesh.output(now).status == 409)
                let tasks = try await fixture.inference.database.query("SELECT count(*) AS tasks FROM inference.batch_tasks")
                #expect(try tasks[0].decode("tasks", as: Int.self) == 0)
            }
        }
    }

    @Test("memory does not grow with the rows")
    func memory() async throws {
        try await withBatch { fixture in
            try await fixture.running(workers: 0) { mesh in
                let process = try InferenceProcess(fixture, workers: 2, shardRows: 4096)
                defer { process.kill() }
                func peak(_ count: Int) async throws -> Int {
                    let file = try await mesh.upload(BatchRows.csv(count), .csv)
                    process.forgetPeak()
                    let ended = try await mesh.ended(
                        try await mesh.submit(NewBatchJob(capability: "digits", input: BatchInput(file: file.digest))),
                        within: .seconds(120))
                    #expect(ended.state == .succeeded && ended.rowsDone == count, "\(ended)")
                    return process.peak
                }
                let small = try await peak(20_000)
                let large = try await peak(200_000)
                #expect(large - small < 48 << 20, "\(small >> 20) MiB, then \(large >> 20) MiB")
            }
        }
    }
}
