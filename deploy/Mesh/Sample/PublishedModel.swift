import Contracts
import Foundation
import MeshClient

/// A model that was made elsewhere, in a mesh as the trainer registers what it made: what benchmarks call besides the sample.
package struct PublishedModel: Sendable {
    /// What the model's only test is called.
    private static let test = "answers"

    private let name: String
    private let interface: Interface
    private let model: Digest
    private let bytes: Int
    private let layout: MeshLayout
    private let administrator: DemoCaller

    /// A model whose bytes the mesh's blobs hold already.
    package init(name: String, interface: Interface, model: Digest, bytes: Int, state: String) throws {
        (self.name, self.interface, self.model, self.bytes) = (name, interface, model, bytes)
        layout = MeshLayout(state: state)
        administrator = try MeshCalls(layout: layout).demoCaller
    }

    /// Declares the model, registers it with a green report, makes it the champion, and waits until it answers.
    package func publish() async throws {
        let record: CapabilityRecord = try await administrator.put(
            Path("v1", "registry", "capabilities", name), manifest(callers: [DemoCast.productTeam, try await administrator.session().team]))
        let versions = Path("v1", "registry", "models", name, "versions")
        let wish = NewModelVersion(
            model: model, bytes: bytes, run: name, dataset: DatasetReference(name: name, version: 1), manifestRevision: record.revision,
            recipe: "published", parameters: [:], seed: 1, metrics: [:])
        let version: ModelVersion = try await send(wish, to: versions)
        let number = String(version.version)
        let _: SuiteReport = try await send(
            report(version, revision: record.revision), to: Path("v1", "registry", "models", name, "versions", number, "reports"))
        let change = AliasChange(version: version.version, reason: "its test is green")
        let _: ModelAlias = try await administrator.put(Path("v1", "registry", "models", name, "aliases", "champion"), change)
        try await wait(for: "\(name) to be ready") {
            let answer = try await administrator.send(ClientRequest("GET", Path("v2", "models", name, "ready")))
            return answer.isSuccess ? .there(()) : .notYet(MeshCalls.fault(status: answer.status, body: answer.body))
        }
    }

    /// Predicts all rows of a file as a batch job, and waits for its end.
    package func predict(_ file: Digest, format: TableFormat) async throws -> BatchJob {
        let job = try await begin(file, format: format)
        return try await wait(for: "the batch job to end", upTo: .seconds(600), every: .milliseconds(20)) {
            let now = try await find(job)
            switch now.state {
            case .succeeded: return .there(now)
            case .failed, .cancelled:
                throw DemoFault(expectation: "the batch job to succeed", found: "\(now.state.rawValue): \(now.error ?? "no reason")")
            case .queued, .running: return .notYet(now.state.rawValue)
            }
        }
    }

    /// Asks for a batch job over a file that was uploaded.
    package func begin(_ file: Digest, format: TableFormat) async throws -> BatchJob {
        let wish = NewBatchJob(capability: name, input: BatchInput(file: file), format: format)
        return try await administrator.post(Path("v1", "inference", "batch-jobs"), wish)
    }

    package func find(_ job: BatchJob) async throws -> BatchJob {
        try await administrator.get(Path("v1", "inference", "batch-jobs", job.id))
    }

    package func cancel(_ job: BatchJob) async throws {
        let _: BatchJob = try await administrator.post(
            Path("v1", "inference", "batch-jobs", job.id, "cancel"), JSONValue.object([:]))
    }

    /// The predictions of a job.
    package func output(of job: BatchJob) async throws -> [UInt8] {
        let request = ClientRequest("GET", Path("v1", "inference", "batch-jobs", job.id, "output"))
        let answer = try await administrator.send(request)
        guard answer.isSuccess else { throw administrator.refusal(of: request, answer) }
        return answer.body
    }

    /// With a test, since only what was tested becomes a champion.
    private func manifest(callers: [String]) -> JSONValue {
        func fields(_ fields: [Interface.Field]) -> JSONValue {
            .array(
                fields.map { field in
                    var members: [String: JSONValue] = [
                        "name": .string(field.name), "datatype": .string(field.datatype),
                        "shape": .array(field.shape.map { .integer(Int64($0)) }),
                    ]
                    members["minimum"] = field.minimum.map { .number($0) }
                    members["maximum"] = field.maximum.map { .number($0) }
                    return .object(members)
                })
        }
        return [
            "apiVersion": "mlmesh/v1", "kind": "Capability", "metadata": ["name": .string(name), "team": .string(DemoCast.team)],
            "access": ["callers": .array(callers.map { .string($0) })],
            "interface": [
                "inputs": fields(interface.inputs), "outputs": fields(interface.outputs),
                "context": .array((interface.context ?? []).map { ["name": .string($0.name), "datatype": .string($0.datatype)] }),
            ],
            "data": ["dataset": .string(name), "split": ["by": "hash", "train": 0.6, "validation": 0.2, "test": 0.2]],
            "tests": [["name": .string(Self.test), "kind": "metric", "metric": "accuracy", "atLeast": 0]],
        ]
    }

    private func report(_ version: ModelVersion, revision: Int) -> SuiteReport {
        let result = TestResult(
            name: Self.test, kind: "metric", verdict: .pass, blocking: true, metric: "accuracy", value: 1, low: 1, high: 1, bound: 0,
            rows: 1, message: "All rows are right.")
        return SuiteReport(
            id: name, capability: name, model: model, version: version.version, manifestRevision: revision, dataset: version.dataset,
            champion: nil, startedAt: .now, seconds: 0, results: [result])
    }

    /// Sends something in the trainer's name, through the internal gateway.
    private func send<Answer: Decodable>(_ body: some Encodable, to path: Path) async throws -> Answer {
        guard let record = PrivateFile.json(MeshRecord.self, at: layout.record) else {
            throw DemoFault(expectation: "a mesh in \(layout.state)", found: "none")
        }
        let secret = try String(contentsOfFile: layout.secret(ServiceName.trainer.rawValue), encoding: .utf8)
        let tokens = TokenSource.credentials(
            baseURL: record.internalURL, id: ServiceName.trainer.rawValue, secret: secret.trimmingCharacters(in: .whitespacesAndNewlines))
        let request = try MeshCalls.request("POST", path, body)
        let answer = try await MeshClient(baseURL: record.internalURL, peer: .modelRegistry, tokens: tokens).send(request)
        guard answer.isSuccess else { throw administrator.refusal(of: request, answer) }
        return try answer.decode(Answer.self)
    }
}
