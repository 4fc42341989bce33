import Contracts
import EventLog
import Foundation
import MLflow
import Postgres

extension RegisteredVersionStore {
    /// Makes the next version of a model. A capability's version with an ONNX file is the mesh's version of that number, and told as one.
    func create(
        _ new: NewRegisteredVersion, of name: String, by versions: ModelVersionStore, for tenant: Tenant
    ) async throws -> RegisteredVersion {
        try await database.transaction { connection in
            let key = try await RegisteredModelStore.key(name, .writing, for: tenant, on: connection)
            let number = try await Self.nextNumber(of: key, on: connection)
            try await Self.write(new, number, of: key, on: connection)
            let version = try await Self.find(number, of: key, on: connection)
            guard let capability = key.capability, let model = ArtifactFile.servable(new.files) else {
                try await Self.tell(of: version, key, on: connection)
                return version
            }
            let mesh = try await Self.meshVersion(number, of: capability, model, new, on: connection)
            try await versions.write(mesh, on: connection)
            return version
        }
    }

    /// Numbers of a capability are those of the mesh; the row that counts them is locked, so that creators queue up.
    private static func nextNumber(of key: RegisteredModel.Key, on connection: Connection) async throws -> Int {
        let counted: SQL =
            if let capability = key.capability {
                "UPDATE capabilities SET versions = versions + 1 WHERE name = \(capability) RETURNING versions"
            } else {
                """
                UPDATE registered_models
                   SET versions = versions + 1, updated_at = now()
                 WHERE id = \(key.id) AND deleted_at IS NULL AND capability IS NULL
                RETURNING versions
                """
            }
        guard let number = try await connection.query(counted).first?.decode("versions", as: Int.self) else {
            throw MLflowError.registeredModelNotFound(key.name)
        }
        return number
    }

    private static func write(
        _ new: NewRegisteredVersion, _ number: Int, of key: RegisteredModel.Key, on connection: Connection
    ) async throws {
        _ = try await connection.execute(
            """
            INSERT INTO registered_versions (model, version, description, user_id, source, location, files, run_id, run_link, model_id)
                 VALUES (\(key.id), \(number), \(new.description), \(new.userID), \(new.source), \(new.location),
                         \(try jsonText(new.files))::jsonb, \(new.runID), \(new.runLink), \(new.modelID))
            """)
        for tag in new.tags { try await RegisteredTagStore.set(tag, model: key.id, version: number, on: connection) }
        _ = try await connection.execute("UPDATE registered_models SET updated_at = now() WHERE id = \(key.id)")
    }

    /// The mesh's own version: its data is what its creator says, for nothing else is known of it.
    private static func meshVersion(
        _ number: Int, of capability: String, _ model: ArtifactFile, _ new: NewRegisteredVersion, on connection: Connection
    ) async throws -> ModelVersion {
        let rows = try await connection.query(
            """
            SELECT r.revision, r.manifest -> 'data' ->> 'dataset' AS dataset
              FROM capabilities c
              JOIN revisions r ON r.capability = c.name AND r.revision = c.revision
             WHERE c.name = \(capability)
            """)
        guard let row = rows.first else { throw Problem(.capabilityUnknown) }
        let trained = new.tags.last { $0.key == ModelTag.dataset }.flatMap { Int32($0.value) } ?? 0
        return ModelVersion(
            capability: capability, version: number, model: model.digest, bytes: model.bytes, run: new.runID ?? "",
            dataset: DatasetReference(name: try row.decode("dataset", as: String?.self) ?? capability, version: Int(max(0, trained))),
            manifestRevision: try row.decode("revision"), recipe: "mlflow", parameters: [:], seed: 0, metrics: [:], aliases: [],
            createdAt: .now)
    }

    private static func tell(of version: RegisteredVersion, _ key: RegisteredModel.Key, on connection: Connection) async throws {
        let isPrompt = try await RegisteredTagStore.isPrompt(key, on: connection)
        try await WebhookOutbox.add(
            isPrompt ? .promptVersionCreated : .versionCreated, isPrompt ? version.promptPayload : version.payload, team: key.team,
            on: connection)
    }
}

extension RegisteredVersion {
    /// What receivers are told of a new version.
    var payload: [String: JSONValue] {
        [
            "name": .string(model), "version": .string("\(version)"), "source": .string(source),
            "run_id": runID.map { .string($0) } ?? .null, "tags": tags.asObject,
            "description": description.map { .string($0) } ?? .null,
        ]
    }

    /// What receivers are told of a new prompt version: its text in place of a source.
    var promptPayload: [String: JSONValue] {
        let text = tags.first { $0.key == "mlflow.prompt.text" }?.value
        return [
            "name": .string(model), "version": .string("\(version)"), "template": text.map { .string($0) } ?? .null,
            "tags": tags.filter { !$0.key.hasPrefix("mlflow.prompt.") && !$0.key.hasPrefix("_mlflow_prompt") }.asObject,
            "description": description.map { .string($0) } ?? .null,
        ]
    }
}
