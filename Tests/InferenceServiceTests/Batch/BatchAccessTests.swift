import BlobStore
import Contracts
import Foundation
import ServiceTestSupport
import Tables
import TestSupport
import Testing

@testable import InferenceService

@Suite("Who may ask what of batch inference", .serialized)
struct BatchAccessTests {
    private static let stranger = TestAuthority().key("2", roles: [.engineer], team: "others")
    private static let mobile = TestAuthority().key("3", roles: [.engineer], team: "mobile")

    private func post(_ mesh: BatchMesh, _ json: String, token: String = BatchFixture.engineer) async throws -> (Int, String) {
        let answer = try await mesh.probe.send("POST", BatchFixture.jobs, token: token, json: json)
        return (answer.status, answer.text)
    }

    @Test("what is asked wrongly is refused with the field and what was expected")
    func wishes() async throws {
        try await withBatch { fixture in
            try await fixture.running(workers: 0) { mesh in
                let file = try await mesh.upload(Array("pixels\n\"[1,2,3,4]\"\n".utf8), .csv).digest
                let cases: [(String, Int, String)] = [
                    (#"{"capability": "digits", "input": {}}"#, 400, "a dataset or a file, and not both"),
                    (#"{"capability": "digits", "input": {"file": "\#(file)", "dataset": "d"}}"#, 400, "a dataset or a file, and not both"),
                    (
                        #"{"capability": "digits", "input": {"file": "\#(file)", "split": "test"}}"#, 400,
                        "no version and no split with a file"
                    ),
                    (#"{"capability": "digits", "input": {"dataset": "d", "split": "most"}}"#, 400, "train, validation or test"),
                    (#"{"capability": "digits", "input": {"file": "\#(file)"}, "outputs": ["q"]}"#, 400, "which are label, p, not q"),
                    (#"{"capability": "digits", "input": {"file": "\#(file)"}, "outputs": []}"#, 400, "names of outputs"),
                    (#"{"capability": "digits", "input": {"file": "\#(file)"}, "version": "9"}"#, 404, "registry.version_unknown"),
                    (#"{"capability": "nothing", "input": {"file": "\#(file)"}}"#, 404, "registry.capability_unknown"),
                    (#"{"capability": "digits", "input": {"file": "\#(Digest(of: []))"}}"#, 422, "inference.file_unknown"),
                    (#"{"capability": "digits", "input": {"dataset": "nothing"}}"#, 404, "dataset.dataset_unknown"),
                    (#"{"capability": "digits", "input": {"file": "\#(file)"}, "format": "xls"}"#, 400, "format"),
                ]
                for (json, status, text) in cases {
                    let answer = try await post(mesh, json)
                    #expect(answer.0 == status && answer.1.contains(text), "\(json): \(answer)")
                }
                let upload = try await mesh.probe.send("POST", "/v1/inference/files?format=xls", token: BatchFixture.engineer, body: [1])
                #expect(upload.status == 400 && upload.text.contains("jsonl, csv, parquet"))
                let empty = try await mesh.probe.send("POST", "/v1/inference/files?format=csv", token: BatchFixture.engineer, body: [])
                #expect(empty.status == 400)
            }
        }
    }

    @Test("teams see their own jobs and files alone; a capability has to let a team in")
    func teams() async throws {
        try await withBatch { fixture in
            try await fixture.running { mesh in
                let bytes = BatchRows.csv(5)
                let file = try await mesh.upload(bytes, .csv).digest
                let wish = #"{"capability": "digits", "input": {"file": "\#(file)"}}"#
                let job = try await mesh.ended(try await mesh.submit(NewBatchJob(capability: "digits", input: BatchInput(file: file))))

                #expect(try await post(mesh, wish, token: Self.stranger).0 == 403)
                // Let in by the manifest, but the file is another team's: even the same bytes are to be uploaded.
                #expect(try await post(mesh, wish, token: Self.mobile).0 == 422)
                _ = try await mesh.upload(bytes, .csv, token: Self.mobile)
                #expect(try await post(mesh, wish, token: Self.mobile).0 == 201)
                for path in ["", "/output"] {
                    let answer = try await mesh.probe.send("GET", "\(BatchFixture.jobs)/\(job.id)\(path)", token: Self.stranger)
                    #expect(answer.status == 403, "\(answer.text)")
                }
                #expect(try await mesh.probe.send("POST", "\(BatchFixture.jobs)/\(job.id)/cancel", token: Self.stranger).status == 403)
                #expect(try await mesh.probe.send("GET", "\(BatchFixture.jobs)/none", token: BatchFixture.engineer).status == 404)
                let listed = try await mesh.probe.send("GET", BatchFixture.jobs, token: Self.stranger).decode(Page<BatchJob>.self)
                #expect(listed.items.isEmpty)
            }
        }
    }

    @Test("jobs are listed newest first, page by page")
    func listing() async throws {
        try await withBatch { fixture in
            try await fixture.running(workers: 0) { mesh in
                let file = try await mesh.upload(BatchRows.csv(5), .csv).digest
                var ids: [String] = []
                for _ in 0..<5 { ids.append(try await mesh.submit(NewBatchJob(capability: "digits", input: BatchInput(file: file))).id) }
                var seen: [String] = []
                var cursor: String?
                repeat {
                    let query = "?limit=2&capability=digits" + (cursor.map { "&page=\($0)" } ?? "")
                    let page = try await mesh.probe.send("GET", BatchFixture.jobs + query, token: BatchFixture.engineer).decode(
                        Page<BatchJob>.self)
                    #expect(page.items.count <= 2)
                    seen += page.items.map(\.id)
                    cursor = page.nextPage
                } while cursor != nil
                #expect(seen == ids.reversed())
            }
        }
    }

    @Test("a range of the output can be fetched, and what is there already is not sent again")
    func ranges() async throws {
        try await withBatch { fixture in
            try await fixture.running { mesh in
                let file = try await mesh.upload(BatchRows.csv(50), .csv).digest
                let job = try await mesh.ended(
                    try await mesh.submit(NewBatchJob(capability: "digits", input: BatchInput(file: file), format: .csv)))
                let whole = try await mesh.output(job).body
                let part = try await mesh.output(job, headers: ["Range": "bytes=10-19"])
                #expect(part.status == 206 && part.body == Array(whole[10...19]))
                #expect(part[header: "content-range"] == "bytes 10-19/\(whole.count)")
                #expect(try await mesh.output(job, headers: ["Range": "bytes=-5"]).body == Array(whole.suffix(5)))
                #expect(try await mesh.output(job, headers: ["Range": "bytes=\(whole.count)-"]).status == 416)
                #expect(try await mesh.output(job, headers: ["If-None-Match": "\"\(Digest(of: whole))\""]).status == 304)
            }
        }
    }

    @Test("a dataset version is read as it was when the job was made: its split, in the order of the ids, with label and context")
    func dataset() async throws {
        try await withBatch { fixture in
            let rows = ["c", "a", "b", "d"].map { id in
                storedRow(
                    id, pixels: id == "d" ? [1, 1, 9, 9] : [9, 9, 1, 1], split: id == "b" ? "test" : "train", source: "scanner \(id)")
            }
            let interface = try SampleModel.record().manifest.interface
            let tables = try fixture.tables()
            var segments: [DatasetSegment] = []
            for (ordinal, piece) in [Array(rows[0...2]), [rows[3]]].enumerated() {
                let file = fixture.inference.folder.appending(path: "segment-\(ordinal)")
                try await SegmentLayout(interface).write(piece, to: file, with: tables)
                let blob = try await fixture.inference.blobs.put(file: file)
                segments.append(DatasetSegment(ordinal: ordinal + 1, blob: blob, rows: piece.count, bytes: 1))
            }
            func version(_ number: Int, _ segments: [DatasetSegment]) -> DatasetVersion {
                DatasetVersion(
                    dataset: "digits", number: number, id: Digest(of: [1]), manifest: Digest(of: [2]), message: "m", createdAt: .now,
                    createdBy: "key:1", splits: [:], segments: segments, checks: [])
            }
            let versions = [version(1, [segments[0]]), version(2, segments)]
            fixture.peers.change { $0.datasets = ["digits": ("documents", versions), "theirs": ("others", versions)] }
            try await fixture.running { mesh in
                let job = try await mesh.submit(
                    NewBatchJob(
                        capability: "digits", input: BatchInput(dataset: "digits", split: "train"), format: .jsonl, outputs: ["label"]))
                #expect(job.input == BatchInput(dataset: "digits", version: 2, split: "train"))
                let ended = try await mesh.ended(job)
                #expect(
                    try await mesh.output(ended).text == """
                        {"row":0,"id":"a","split":"train","input.label":8,"source":"scanner a","page":null,"label":10,"error":null}
                        {"row":1,"id":"c","split":"train","input.label":8,"source":"scanner c","page":null,"label":10,"error":null}
                        {"row":2,"id":"d","split":"train","input.label":8,"source":"scanner d","page":null,"label":11,"error":null}

                        """, "\(ended)")
                let first = try await mesh.submit(NewBatchJob(capability: "digits", input: BatchInput(dataset: "digits", version: 1)))
                #expect(try await mesh.ended(first).rows == 3)
                let theirs = try await post(mesh, #"{"capability": "digits", "input": {"dataset": "theirs"}}"#)
                #expect(theirs.0 == 403 && theirs.1.contains("belongs to team others"))
                // Whoever is let in to the model may not read its team's rows.
                let owners = try await post(mesh, #"{"capability": "digits", "input": {"dataset": "digits"}}"#, token: Self.mobile)
                #expect(owners.0 == 403 && owners.1.contains("belongs to team documents"))
                #expect(try await post(mesh, #"{"capability": "digits", "input": {"dataset": "digits", "version": 3}}"#).0 == 404)
            }
        }
    }

    private func storedRow(_ id: String, pixels: [Double], split: String, source: String) -> StoredRow {
        let input: [String: JSONValue] = ["pixels": .array(pixels.map { .number($0) })]
        let context: [String: JSONValue] = ["source": .string(source)]
        let salt = [UInt8](repeating: 7, count: 16)
        return StoredRow(
            row: DatasetRow(id: id, split: split, input: input, context: context, label: 8),
            digest: RowDigest.digest(id: id, input: input, context: context, label: 8, salt: salt), salt: salt)
    }
}
