import Contracts
import Foundation
import Postgres

/// Device variants of versions.
struct VariantStore: Sendable {
    let database: Database

    /// Stores a variant, and gives what is stored under its digest: the first one, whatever comes later.
    ///
    /// Throws `versionUnknown`, and `unprocessable` for one of another model, or with a verdict that nothing bears out.
    func record(_ variant: ModelVariant, capability: String, version: Int) async throws -> ModelVariant {
        try await database.transaction { connection in
            let known = try await connection.query("SELECT model FROM versions WHERE capability = \(capability) AND version = \(version)")
            guard let model = try known.first?.digest("model") else {
                throw Problem(.versionUnknown, "Model \(capability) has no version \(version).")
            }
            try Self.check(variant, capability, version, model)
            try await connection.execute(
                """
                INSERT INTO variants (capability, version, id, "precision", verdict, variant, created_at)
                     VALUES (\(capability), \(version), \(variant.id.description), \(variant.precision), \(variant.verdict.rawValue),
                             \(try jsonText(variant))::jsonb, \(variant.createdAt))
                ON CONFLICT (capability, version, id) DO NOTHING
                """)
            let rows = try await connection.query(
                """
                SELECT variant::text AS variant
                  FROM variants
                 WHERE capability = \(capability) AND version = \(version) AND id = \(variant.id.description)
                """)
            guard let row = rows.first else { throw Problem(.internalError) }
            return try row.json("variant", as: ModelVariant.self)
        }
    }

    /// Variants of a version, in the order they were made.
    func list(_ capability: String, version: Int) async throws -> [ModelVariant] {
        try await database.query(
            """
            SELECT variant::text AS variant
              FROM variants
             WHERE capability = \(capability) AND version = \(version)
             ORDER BY created_at, id
            """
        ).map { try $0.json("variant", as: ModelVariant.self) }
    }

    /// A variant of any version. Throws `variantUnknown`.
    func find(_ id: Digest, of capability: String) async throws -> ModelVariant {
        let rows = try await database.query(
            """
            SELECT variant::text AS variant
              FROM variants
             WHERE capability = \(capability) AND id = \(id.description)
             ORDER BY version DESC
             LIMIT 1
            """)
        guard let row = rows.first else { throw Problem(.variantUnknown, "Model \(capability) has no variant \(id).") }
        return try row.json("variant", as: ModelVariant.self)
    }

    private static func check(_ variant: ModelVariant, _ capability: String, _ version: Int, _ model: Digest) throws(Problem) {
        var faults: [FieldFault] = []
        if variant.capability != capability { faults.append(FieldFault("capability", expected: capability)) }
        if variant.version != version { faults.append(FieldFault("version", expected: "\(version)")) }
        if variant.parent != model { faults.append(FieldFault("parent", expected: "the digest of version \(version), \(model)")) }
        if variant.verdict != variant.earnedVerdict {
            faults.append(FieldFault("verdict", expected: "\(variant.earnedVerdict.rawValue), which measurement and report bear out"))
        }
        if !faults.isEmpty { throw Problem(.unprocessable, errors: faults) }
    }
}
