import BlobStore
import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import Tables

/// Batch jobs: ask for one, watch it, cancel it, fetch its predictions.
struct BatchRoutes: Sendable {
    let store: BatchStore
    let files: BatchFileStore
    let dataset: DatasetPeer
    let engine: BatchEngine
    let blobs: DirectoryBlobStore
    let bell: BatchBell

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/inference/batch-jobs", use: list)
        router.post("/v1/inference/batch-jobs", use: create)
        router.get("/v1/inference/batch-jobs/{job}", use: find)
        router.post("/v1/inference/batch-jobs/{job}/cancel", use: cancel)
        router.get("/v1/inference/batch-jobs/{job}/output", use: output)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<BatchJob>> {
        let page = try request.page(context: context)
        let below = page.after?.first.flatMap { Int($0) } ?? Int.max
        let capability = try request.query("capability")
        guard capability.map(Names.isName) ?? true else { throw FieldFault("capability", expected: Names.expectation) }
        let caller = try context.identity
        let found = try await store.list(
            team: caller.isAdministrator ? nil : caller.team, capability: capability, below: below, limit: page.limit + 1)
        let result = page.page(found) { [String($0.ordinal)] }
        return Reply(Page(items: result.items.map(\.job), nextPage: result.nextPage))
    }

    @Sendable
    func create(_ request: Request, _ context: ServiceContext) async throws -> Reply<BatchJob> {
        let asked = try await request.decode(as: NewBatchJob.self, context: context)
        try BatchWish.check(asked)
        let caller = try context.identity
        let model = try engine.find(asked.capability, asked.version, caller)
        try BatchWish.check(asked, model.interface) { TensorField($0) != nil }
        let draft = try await draft(asked, model, caller)
        let reply = Reply.created(draft.job, location: "/v1/inference/batch-jobs/\(draft.job.id)")
        try await store.add(draft) { try await context.remember(reply, on: $0) }
        bell.ring()
        return reply
    }

    /// The job with all that is not to change later: numbers for names, the interface, the version of a dataset.
    private func draft(_ asked: NewBatchJob, _ model: BatchEngine.Model, _ caller: Caller) async throws -> BatchStore.Draft {
        var input = asked.input
        var version: DatasetVersion?
        var format: TableFormat?
        if let name = input.dataset {
            // Not the model's team: its rows come with their ids, labels and context, which being let in to the model does not show.
            let pinned = try await dataset.version(input.version, of: name, teams: [caller.team])
            input.version = pinned.number
            version = pinned
        } else if let digest = input.file {
            format = try await files.find(digest, team: caller.team).format
        }
        let job = BatchJob(
            id: UUID().uuidString.lowercased(), capability: model.name, version: model.version, team: caller.team, state: .queued,
            input: input, format: asked.format ?? .parquet, outputs: asked.outputs, rowsDone: 0, rowsRefused: 0, shardsDone: 0,
            createdBy: caller.actor ?? caller.subject, createdAt: .now)
        return BatchStore.Draft(job: job, model: model.digest, interface: model.interface, fileFormat: format, datasetVersion: version)
    }

    @Sendable
    func find(_ request: Request, _ context: ServiceContext) async throws -> Reply<BatchJob> {
        .ok(try await own(context))
    }

    @Sendable
    func cancel(_ request: Request, _ context: ServiceContext) async throws -> Reply<BatchJob> {
        .ok(try await store.cancel(try await own(context).id))
    }

    @Sendable
    func output(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let job = try await own(context)
        guard let digest = job.output else {
            throw Problem(.outputMissing, "The batch job \(job.id) is \(job.state.rawValue)\(job.error.map { ": " + $0 } ?? ".")")
        }
        let file = try await blobs.localFile(digest)
        return try FileAnswer(file: file, digest: digest, contentType: job.format.contentType).response(to: request)
    }

    /// The job of the path, for whoever may see it.
    private func own(_ context: ServiceContext) async throws -> BatchJob {
        let job = try await store.find(try context.parameter("job"))
        try context.identity.requireOwnership(of: job.team)
        return job
    }
}

extension TableFormat {
    /// What files of the format are called on the wire.
    var contentType: String {
        switch self {
        case .csv: "text/csv; charset=utf-8"
        case .jsonl: "application/jsonlines"
        case .parquet: "application/vnd.apache.parquet"
        }
    }
}
