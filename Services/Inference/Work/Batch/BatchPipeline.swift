import Contracts
import Foundation
import Tables
import Tensors

/// What becomes of rows on their way through a model, whoever queues them: one Parquet file of the input, predictions of some of its rows as
/// a part, and the parts put together.
struct BatchPipeline: Sendable {
    /// Shards skip the rows before their own within a group of rows: how many times its own number a shard may have to skip.
    private static let mostSkips = 16
    /// A file may take so long to be read.
    static let patience: Duration = .seconds(6 * 3600)
    /// Groups of rows of the file that shards read.
    static let groups = ["FORMAT parquet", "COMPRESSION snappy", "ROW_GROUP_SIZE 61440", "ROW_GROUP_SIZE_BYTES '16MB'"]

    /// The Parquet file that shards read.
    struct Source: Sendable {
        let file: URL
        let rows: Int
        /// Whether that is the input itself.
        let isInput: Bool
    }

    let tables: TableEngine
    let engine: BatchEngine
    let mostShardRows: Int
    /// Chunks under way at once: one a core, and one that waits.
    let inFlight: Int

    static func fields(_ interface: Interface) throws(BatchFailure) -> [TensorField] {
        let fields = interface.inputs.compactMap { TensorField($0) }
        guard fields.count == interface.inputs.count else {
            throw BatchFailure("An input of the model cannot be read from rows of a table.")
        }
        return fields
    }

    /// A file's rows as shards can read them: itself, or written anew.
    func source(_ file: URL, _ format: TableFormat, for target: BatchTarget, at normalised: URL) async throws -> Source {
        let fields = try Self.fields(target.interface)
        let found = try await RowSource.open(tables, file: file, format: format, within: Self.patience)
        let projection = try RowProjection(found.columns, fields: fields, reserved: target.reserved)
        if found.isNumbered {
            let (rows, largest) = try await found.parquetRows(tables)
            if largest <= Self.mostSkips * mostShardRows { return Source(file: file, rows: rows, isInput: true) }
        }
        let typed = try await projection.typed(from: found.relation) { [tables] in try await tables.query($0, within: Self.patience) }
        guard let pieces = try RowPieces(file, format: format) else {
            let rows = try await tables.write(
                query: typed.normalised(found.relation), to: normalised, options: Self.groups, within: Self.patience)
            return Source(file: normalised, rows: rows, isInput: false)
        }
        let rows = try await write(pieces, of: found, typed, at: normalised)
        return Source(file: normalised, rows: rows, isInput: false)
    }

    /// Writes a file of large rows piece by piece. Gives how many rows there are.
    private func write(_ all: RowPieces, of source: RowSource, _ projection: RowProjection, at normalised: URL) async throws -> Int {
        var (pieces, parts, rows) = (all, [URL](), 0)
        let piece = normalised.appendingPathExtension("piece")
        defer { for file in parts + [piece] { try? FileManager.default.removeItem(at: file) } }
        while try pieces.next(to: piece) {
            let bytes = try piece.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
            let part = normalised.appendingPathExtension(String(parts.count))
            parts.append(part)
            rows += try await tables.write(
                query: projection.normalised(source.relation(of: piece, bytes: bytes)), to: part, options: Self.groups,
                within: Self.patience)
        }
        guard !parts.isEmpty else { throw BatchFailure("The input has no row.") }
        try ParquetJoin.join(parts, to: normalised)
        return rows
    }

    /// Rows of a dataset in the order of their ids, with their split, label and context beside the inputs.
    func source(_ table: DatasetTable, split: String?, for target: BatchTarget, at normalised: URL) async throws -> Source {
        let view = DatasetView(table, interface: target.interface, split: split)
        let projection = try RowProjection(view.columns, fields: try Self.fields(target.interface), reserved: target.reserved)
        let typed = try await projection.typed(from: view.relation) { try await table.query($0, within: Self.patience) }
        let rows = try await table.write(
            typed.normalised(view.relation) + view.order, to: normalised, options: Self.groups, within: Self.patience)
        return Source(file: normalised, rows: rows, isInput: false)
    }

    /// How the rows are cut. The pace is that of a row, which is measured when nobody knows it yet.
    func plan(
        _ target: BatchTarget, _ source: Source, pace: (@escaping @Sendable () async throws -> Double?) async throws -> Double?
    ) async throws -> BatchPlan {
        let bytes = try Self.fields(target.interface).reduce(0) { $0 + $1.bytesPerRow }
        let trial = BatchPace(tables: tables, engine: engine)
        let seconds = try await pace { try await trial.measured(target, source, bytesPerRow: bytes) }
        return BatchPlan(secondsPerRow: seconds ?? BatchPlan.chunkSeconds / 64, bytesPerRow: bytes, most: mostShardRows)
    }

    /// Predicts rows of a source and writes them as a part. Gives those that could not be predicted.
    func predict(
        _ range: Range<Int>, of file: URL, for target: BatchTarget, chunk: Int, to part: URL, _ tally: BatchTally
    ) async throws -> BatchRefusals {
        let fields = try Self.fields(target.interface)
        let source = try await RowSource.open(tables, file: file, format: .parquet)
        let projection = try RowProjection(source.columns, fields: fields, reserved: target.reserved)
        let outputs = try BatchRun.columns(target.outputs)
        let hold = try await engine.hold(target.capability, target.version)
        defer { hold.release() }
        let run = BatchRun(outputs: outputs, model: hold, inFlight: inFlight, tally: tally)
        let predicted = try await run.predictions(
            of: tables.feed(projection, of: source, range, rows: chunk, within: Self.patience))
        guard predicted.reduce(0, { $0 + $1.count }) == range.count else {
            throw BatchFailure("The input does not have the rows that it had.")
        }
        try await tables.write(
            predicted, outputs: outputs, query: projection.joined(of: source, range, outputs: outputs), to: part,
            options: RowExport.options(.parquet), within: Self.patience)
        return predicted.reduce(into: BatchRefusals()) { refused, slice in
            for (place, reason) in slice.faults.sorted(by: { $0.key < $1.key }) { refused.add(reason, row: slice.first + place) }
        }
    }

    /// Puts parts together, in the order of the rows, as one file of a format.
    func join(_ parts: [URL], as format: TableFormat, to joined: URL) async throws {
        if format == .parquet { return try ParquetJoin.join(parts, to: joined) }
        let columns = try await RowSource.open(tables, file: parts[0], format: .parquet).columns
        try await tables.write(
            query: RowExport(columns: columns, parts: parts).query(as: format), to: joined, options: RowExport.options(format),
            within: Self.patience)
    }
}
