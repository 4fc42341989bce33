import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Observability
import ServiceTestSupport
import TestSupport

/// Dataset, inference and the token route on one real server, as the internal gateway shows them.
struct StubPeers: Sendable {
    /// What the dataset service does when a version is asked for.
    enum Behaviour: Sendable {
        case works
        /// Makes the version, then breaks the answer off.
        case breaksOff
        case isAway
        case isAwayFor(dataset: String)
        case refuses
        case refusesRow(String)
    }

    struct Commit: Sendable {
        let body: NewDatasetVersion
        let text: String
        let number: Int
    }

    let rows: [DatasetRow]
    let behaviour = Recorder(Behaviour.works)
    /// By idempotency key.
    let commits = Recorder<[String: Commit]>([:])
    /// What was asked of the rows, one for each page.
    let queries = Recorder<[String]>([])
    /// Model versions that were asked, one for each call, with the rows in it.
    let inferences = Recorder<[(version: String, rows: Int)]>([])

    func service() -> MeshService {
        makeService(
            name: .dataset, settings: TestAuthority().settings(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            metrics: PrometheusRegistry()
        ) { router in
            router.post("/v1/identity/token") { _, _ in
                Reply(TokenReply(access_token: TestAuthority().service(.labeling), token_type: "Bearer", expires_in: 300, scope: "service"))
            }
            router.get("/v1/dataset/datasets/{dataset}") { _, context in
                Reply(
                    DatasetRecord(
                        name: try context.name("dataset"), team: try context.name("dataset") == "foreign" ? "mobile" : "documents",
                        latestVersion: rows.isEmpty ? nil : 4, createdAt: .now))
            }
            router.get("/v1/dataset/datasets/{dataset}/versions/{version}/rows", use: page)
            router.post("/v1/dataset/datasets/{dataset}/versions", use: commit)
            router.post("/v2/models/{model}/versions/{version}/infer", use: infer)
        }
    }

    @Sendable
    private func page(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<DatasetRow>> {
        guard try context.number("version") == 4 else { throw Problem(.datasetVersionUnknown) }
        let page = try request.page(context: context, most: 1_000)
        let first = page.after?.first.flatMap { Int($0) } ?? 0
        let (seed, split) = (try request.query("sample") ?? "", try request.query("split"))
        let (isLabeled, slice) = (try request.queryFlag("labeled"), try request.query("slice"))
        let meant = rows.filter { row in
            (split == nil || row.split == split) && (isLabeled == nil || (row.label != nil) == isLabeled)
                && (slice == nil || slice == "scanner-b" && row.context["source"] == "b")
        }.sorted { Digest(of: Array((seed + $0.id).utf8)).description < Digest(of: Array((seed + $1.id).utf8)).description }
        queries.change { $0.append(request.uri.query ?? "") }
        let part = Array(meant.enumerated().dropFirst(first).prefix(page.limit + 1))
        let numbered = page.page(part) { [String($0.offset + 1)] }
        var headers: HTTPFields = [:]
        if first == 0, let name = HTTPField.Name("X-Total-Count") { headers[name] = String(meant.count) }
        return Reply(headers: headers, Page(items: numbered.items.map(\.element), nextPage: numbered.nextPage))
    }

    @Sendable
    private func commit(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let name = HTTPField.Name(HeaderNames.idempotencyKey)
        guard let name, let key = request.headers[name] else { throw FieldFault("idempotency-key", expected: "a key") }
        let text = String(buffer: try await request.bytes(context: context))
        let body = try WireJSON.decode(NewDatasetVersion.self, from: Data(text.utf8))
        switch behaviour.value {
        case .isAway: throw Problem(.notReady, "away")
        case .isAwayFor(let dataset) where try context.name("dataset") == dataset: throw Problem(.notReady, "away")
        case .refuses: throw Problem(.rowInvalid, errors: [FieldFault("labels[0].rowId", expected: "a row of the dataset")])
        case .refusesRow(let id):
            let labels = (body.labels ?? []).enumerated().filter { $1.rowId == id }.map {
                FieldFault("labels[\($0.offset)].rowId", expected: "a row")
            }
            let rows = (body.rows ?? []).enumerated().filter { $1.id == id }.map {
                FieldFault("rows[\($0.offset)].input", expected: "an input")
            }
            if !(labels + rows).isEmpty { throw Problem(.rowInvalid, errors: labels + rows) }
        case .works, .breaksOff, .isAwayFor: break
        }
        commits.change { known in
            if known[key] == nil { known[key] = Commit(body: body, text: text, number: 5 + known.count) }
        }
        guard let made = commits.value[key], made.text == text else { throw Problem(.idempotencyMismatch) }
        if case .breaksOff = behaviour.value { return Self.brokenAnswer }
        let version = DatasetVersion(
            dataset: try context.name("dataset"), number: made.number, id: Digest(of: Array(text.utf8)),
            manifest: Digest(of: Array(key.utf8)),
            message: body.message, createdAt: .now, createdBy: "service:labeling", splits: [:], segments: [], checks: [])
        return try Reply.created(version).response(from: request, context: context)
    }

    private struct BrokenOff: Error {}

    private static var brokenAnswer: Response {
        Response(
            status: .created, headers: [.contentType: "application/json", .contentLength: "500"],
            body: ResponseBody(contentLength: 500) { writer in
                try await writer.write(ByteBuffer(string: "{\"dataset\":"))
                throw BrokenOff()
            })
    }

    /// A model whose label is the first pixel modulo 3, and which is the less certain the larger that pixel is.
    @Sendable
    private func infer(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        let call = try WireJSON.decode(JSONValue.self, from: Data(try await request.bytes(context: context).readableBytesView))
        let input = call["inputs"]?.arrayValue?.first
        let values = input?["data"]?.arrayValue?.compactMap(\.integerValue) ?? []
        guard input?["name"] == "pixels", input?["shape"] == .array([.integer(Int64(values.count / 2)), 2]) else {
            throw Problem(.invalidField, "pixels of shape [n, 2]")
        }
        let first = stride(from: 0, to: values.count, by: 2).map { values[$0] }
        let version = try context.parameter("version")
        inferences.change { $0.append((version, first.count)) }
        let top = first.map { 1.0 - Double($0) / 300 }
        return Reply([
            "outputs": [
                [
                    "name": "label", "datatype": "INT64", "shape": [.integer(Int64(first.count))],
                    "data": .array(first.map { .integer($0 % 3) }),
                ],
                [
                    "name": "probabilities", "datatype": "FP32", "shape": [.integer(Int64(first.count)), 3],
                    "data": .array(top.flatMap { [.number($0), .number(1 - $0), 0] }),
                ],
            ]
        ])
    }
}
