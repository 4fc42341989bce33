import Contracts
import Foundation
import Logging
import Postgres
import TestSupport

@testable import LabelingService

/// What the tests label: two pixels, three classes.
enum Fixtures {
    static let manifest = """
        {"apiVersion": "mlmesh/v1", "kind": "Capability", "metadata": {"name": "shapes", "team": "documents"},
         "interface": {"inputs": [{"name": "pixels", "datatype": "FP32", "shape": [-1, 2], "maximum": 16}],
                       "outputs": [{"name": "label", "datatype": "INT64", "shape": [-1]},
                                   {"name": "probabilities", "datatype": "FP32", "shape": [-1, 3]}],
                       "context": [{"name": "source", "datatype": "BYTES"}]},
         "slices": [{"name": "twos", "where": "label = 2", "live": "prediction.label = 2"},
                    {"name": "scanner-b", "where": "context.source = 'b'"}],
         "data": {"dataset": "shapes", "split": {"by": "hash", "train": 0.7, "validation": 0.1, "test": 0.2}},
         "labeling": {"choices": [0, 1, 2], "overlap": 2, "gold": 0.5, "agreement": 0.8,
                      "sampling": {"uncertainty": 0.8, "random": 0.2}}}
        """

    /// The manifest, with another overlap.
    static func capability(overlap: Int = 2, gold: Double = 0.5) throws -> CapabilityManifest {
        var manifest = try WireJSON.decode(CapabilityManifest.self, from: Data(Self.manifest.utf8))
        manifest.labeling?.overlap = overlap
        manifest.labeling?.gold = gold
        return manifest
    }

    static func rules(overlap: Int = 2) throws -> LabelingRules { try LabelingRules(capability(overlap: overlap)) }

    /// A row whose pixels tell its number.
    static func row(
        _ number: Int, split: String = "train", source: String = "a", label: JSONValue? = nil
    ) -> DatasetRow {
        DatasetRow(
            id: "row-\(number)", split: split, input: ["pixels": [.integer(Int64(number)), 1]], context: ["source": .string(source)],
            label: label)
    }

    static func tasks(_ numbers: Range<Int>, gold: JSONValue? = nil, origin: RowOrigin? = nil) -> [NewTask] {
        numbers.map {
            NewTask(
                rowId: "row-\($0)", input: ["pixels": [.integer(Int64($0)), 1]], context: ["source": "a"], gold: gold,
                selection: Selection(method: .random, probability: 0.25, reason: "first"), origin: origin)
        }
    }
}

/// A database with labeling's tables and one project, `shapes`.
func withStores<T: Sendable>(connections: Int = 12, _ body: @Sendable (Database) async throws -> T) async throws -> T {
    let migrations = [
        Migration("v0001_labeling", PackageResources.v0001_labeling_sql), Migration("v0002_refused", PackageResources.v0002_refused_sql),
    ]
    return try await withDatabase(schema: "labeling", migrations: migrations, maximumConnections: connections) { database in
        _ = try await ProjectStore(database: database).create("shapes", capability: "shapes", by: "key:1")
        return try await body(database)
    }
}

extension Database {
    /// A statement's only number.
    func number(_ sql: SQL) async throws -> Int {
        guard let row = try await query(sql).first else { throw TestSupportError("no row") }
        return try row.decode("n", as: Int.self)
    }

    /// Ends a lease's time now.
    func expire(_ lease: String) async throws {
        try await execute("UPDATE leases SET expires_at = clock_timestamp() WHERE token = \(lease) AND ended_at IS NULL")
    }
}
