import Contracts
import Foundation
import Settings
import Tables
import TestSupport

/// Gives the body an engine and a folder that it may use.
func withEngine<Value: Sendable>(
    limits: TableEngine.Limits = .init(), _ body: @Sendable (TableEngine, URL) async throws -> Value
) async throws -> Value {
    let path = LibraryPath.find(
        "libduckdb.so", variable: "MESH_DUCKDB", environment: ProcessInfo.processInfo.environment, from: Checkout.root)
    guard let path else { throw TestSupportError("libduckdb.so was not found: run `make deps`") }
    return try await withTemporaryFolder { folder in
        let data = folder.appending(path: "data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        let engine = try TableEngine(libraryPath: path, folders: [data], scratch: folder.appending(path: "scratch"), limits: limits)
        return try await body(engine, data)
    }
}

/// A row with a digest, as a dataset service would make it.
func storedRow(
    _ id: String, _ input: [String: JSONValue], context: [String: JSONValue] = [:], label: JSONValue? = nil, split: Split = .train
) -> StoredRow {
    let salt = [UInt8](repeating: 7, count: 16)
    return StoredRow(
        row: DatasetRow(id: id, split: split.rawValue, input: input, context: context, label: label),
        digest: RowDigest.digest(id: id, input: input, context: context, label: label, salt: salt), salt: salt)
}
