import Contracts
import Foundation
import MeshClient
import Observability

/// What the commands of batch inference ask the mesh.
struct BatchCalls {
    /// Bytes of predictions that one request fetches.
    private static let piece = 32 << 20
    private static let jobs = Path("v1", "inference", "batch-jobs")

    private let calls: MeshCalls

    init(_ calls: MeshCalls) { self.calls = calls }

    func upload(_ file: String, as format: TableFormat) async throws -> UploadedFile {
        guard FileManager.default.isReadableFile(atPath: file) else { throw CommandFault("\(file) cannot be read") }
        var request = ClientRequest(
            "POST", Path("v1", "inference", "files"), query: [("format", format.rawValue)],
            headers: [("content-type", "application/octet-stream")], deadline: .after(.seconds(3_600)))
        request.bodyFile = file
        return try await calls.value(request, from: .inference)
    }

    func submit(_ wish: NewBatchJob) async throws -> BatchJob {
        try await calls.value(MeshCalls.request("POST", Self.jobs, wish), from: .inference)
    }

    func find(_ id: String) async throws -> BatchJob {
        try await calls.value(ClientRequest("GET", Path("v1", "inference", "batch-jobs", id)), from: .inference)
    }

    func newest(capability: String?) async throws -> [BatchJob] {
        let query = capability.map { [("capability", $0)] } ?? []
        let page: Page<BatchJob> = try await calls.value(ClientRequest("GET", Self.jobs, query: query), from: .inference)
        return page.items
    }

    func cancel(_ id: String) async throws -> BatchJob {
        try await calls.value(ClientRequest("POST", Path("v1", "inference", "batch-jobs", id, "cancel")), from: .inference)
    }

    /// The job once it has ended; tells each change on the way.
    func ended(_ job: BatchJob, _ tell: (BatchJob) -> Void) async throws -> BatchJob {
        var job = job
        var told = ""
        while job.state == .queued || job.state == .running {
            let state = "\(job.state) \(job.rowsDone) \(job.rows ?? -1)"
            if state != told { tell(job) }
            told = state
            try await Task.sleep(for: .milliseconds(250))
            job = try await find(job.id)
        }
        return job
    }

    /// Writes the predictions of a job to a file, piece by piece.
    func fetch(_ job: BatchJob, to file: String) async throws {
        guard let size = job.outputBytes, job.output != nil else {
            throw CommandFault("the batch job \(job.id) is \(job.state.rawValue) and has no output" + (job.error.map { ": " + $0 } ?? ""))
        }
        guard FileManager.default.createFile(atPath: file, contents: nil), let handle = FileHandle(forWritingAtPath: file) else {
            throw CommandFault("\(file) cannot be written")
        }
        defer { try? handle.close() }
        for start in stride(from: 0, to: size, by: Self.piece) {
            let end = min(start + Self.piece, size) - 1
            let request = ClientRequest(
                "GET", Path("v1", "inference", "batch-jobs", job.id, "output"), headers: [("range", "bytes=\(start)-\(end)")])
            let answer = try await calls.send(request, to: .inference)
            guard answer.isSuccess else { throw CommandFault(MeshCalls.fault(status: answer.status, body: answer.body)) }
            try handle.write(contentsOf: Data(answer.body))
        }
    }
}
