import Contracts
import Foundation
import Postgres

/// A batch job as its workers need it.
struct StoredBatchJob: Sendable {
    let job: BatchJob
    /// Digest of the model.
    let model: Digest
    /// As the capability declared it when the job was made.
    let interface: Interface
    /// Format of the file that is read; nil for a dataset.
    let fileFormat: TableFormat?
    let datasetVersion: DatasetVersion?
    /// The Parquet file that shards read; nil before the job is prepared.
    let source: Digest?
    /// Whether that file is the one that was uploaded.
    let isUpload: Bool
    let plan: (chunkRows: Int, shardRows: Int)

    init(row: Row) throws {
        job = try BatchJob(row: row)
        guard let digest = Digest(try row.decode("model", as: String.self)) else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "column model holds no digest"))
        }
        model = digest
        interface = try row.json("interface")
        fileFormat = try row.decode("file_format", as: String?.self).flatMap { TableFormat(rawValue: $0) }
        datasetVersion = try row.optionalJSON("dataset_version")
        source = try row.decode("source", as: String?.self).flatMap { Digest($0) }
        isUpload = try row.decode("source_is_upload")
        plan = (try row.decode("chunk_rows", as: Int?.self) ?? 1, try row.decode("shard_rows", as: Int?.self) ?? 1)
    }

    /// What the job asks of its model.
    var target: BatchTarget {
        BatchTarget(capability: job.capability, version: job.version, interface: interface, outputNames: job.outputs)
    }
}

extension BatchJob {
    init(row: Row) throws {
        let rows = try row.decode("rows", as: Int?.self)
        let done = try row.decode("rows_done", as: Int.self) + row.decode("rows_run", as: Int.self)
        let state = try row.state("state", as: State.self)
        let times = [try row.decode("last_at", as: Date?.self), try row.decode("noted_at", as: Date?.self)].compactMap(\.self)
        let progress = BatchProgress(rows: rows, done: done, begun: try row.decode("begun_at", as: Date?.self), last: times.max())
        self.init(
            id: try row.decode("id"), capability: try row.decode("capability"), version: try row.decode("version"),
            team: try row.decode("team"), state: state, input: try row.json("input"), format: try row.state("format"),
            outputs: try row.optionalJSON("outputs"), rows: rows, rowsDone: done, rowsRefused: try row.decode("rows_refused"),
            shards: try row.decode("shards"), shardsDone: try row.decode("shards_done"), rowsPerSecond: progress.rowsPerSecond,
            secondsLeft: state == .running ? progress.secondsLeft : nil,
            output: try row.decode("output", as: String?.self).flatMap { Digest($0) }, outputBytes: try row.decode("output_bytes"),
            error: try row.decode("error"), createdBy: try row.decode("created_by"), createdAt: try row.decode("created_at"),
            startedAt: try row.decode("started_at"), endedAt: try row.decode("ended_at"))
    }
}

extension Row {
    /// A column of JSON text as a contract type.
    func json<T: Decodable>(_ column: String, as type: T.Type = T.self) throws -> T {
        try WireJSON.decode(type, from: Data(try decode(column, as: String.self).utf8))
    }

    /// A column of JSON text that may be NULL.
    func optionalJSON<T: Decodable>(_ column: String, as type: T.Type = T.self) throws -> T? {
        try decode(column, as: String?.self).map { try WireJSON.decode(type, from: Data($0.utf8)) }
    }

    /// A column that holds a state's name.
    func state<T: RawRepresentable<String>>(_ column: String, as type: T.Type = T.self) throws -> T {
        let text = try decode(column, as: String.self)
        guard let state = T(rawValue: text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "column \(column) holds no state"))
        }
        return state
    }
}

/// JSON text of a contract type, for a jsonb column.
func jsonText(_ value: some Encodable) throws -> String {
    String(decoding: try WireJSON.encode(value), as: UTF8.self)
}
