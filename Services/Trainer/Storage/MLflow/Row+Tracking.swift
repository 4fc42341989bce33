import Contracts
import Postgres

extension Experiment {
    init(row: Row) throws {
        self.init(
            id: ExperimentID(number: try row.decode("id")), team: try row.decode("team"), name: try row.decode("name"),
            stage: try row.state("stage"), createdAt: try row.decode("created_at"), updatedAt: try row.decode("updated_at"),
            tags: try row.pairs("tags"))
    }
}

extension TrackedRun {
    init(row: Row) throws {
        self.init(
            id: try row.decode("id"), team: try row.decode("team"), experiment: ExperimentID(number: try row.decode("experiment")),
            name: try row.decode("name"), status: try row.state("status"), stage: try row.state("stage"), user: try row.decode("user_id"),
            startTime: try row.decode("start_time"), endTime: try row.decode("end_time"), metrics: try row.points("metrics"),
            params: try row.pairs("params"), tags: try row.pairs("tags"), datasets: try row.datasets("datasets"),
            modelsRead: try row.models("models_read").map { ModelUse(model: $0.model) }, modelsMade: try row.models("models_made"))
    }
}

extension LoggedModel {
    init(row: Row) throws {
        self.init(
            id: try row.decode("id"), team: try row.decode("team"), experiment: ExperimentID(number: try row.decode("experiment")),
            name: try row.decode("name"), status: try row.state("status"), modelType: try row.decode("model_type"),
            sourceRun: try row.decode("source_run"), createdAt: try row.decode("created_at"), updatedAt: try row.decode("updated_at"),
            params: try row.pairs("params"), tags: try row.pairs("tags"),
            metrics: try row.tuples("metrics").map { fields in
                let name = fields.text(5)
                let dataset = name.isEmpty ? nil : MetricPoint.DatasetName(name: name, digest: fields.text(6))
                return Measured(run: fields.text(4), point: fields.point(dataset: dataset))
            })
    }
}

extension Row {
    /// A column of a JSON array of arrays.
    fileprivate func tuples(_ column: String) throws -> [[JSONValue]] {
        let text = try decode(column, as: String.self)
        guard let rows = JSONTree.read(Array(text.utf8))?.arrayValue else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "column \(column) holds no JSON array"))
        }
        return rows.map { $0.arrayValue ?? [] }
    }

    /// Keys and values.
    fileprivate func pairs(_ column: String) throws -> [KeyValue] {
        try tuples(column).map { KeyValue(key: $0.text(0), value: $0.text(1)) }
    }

    fileprivate func points(_ column: String) throws -> [MetricPoint] {
        try tuples(column).map { $0.point(dataset: nil) }
    }

    fileprivate func models(_ column: String) throws -> [ModelUse] {
        try tuples(column).map { ModelUse(model: $0.text(0), step: $0.integer(1)) }
    }

    fileprivate func datasets(_ column: String) throws -> [DatasetInput] {
        try tuples(column).map { fields in
            DatasetInput(
                name: fields.text(0), digest: fields.text(1), sourceType: fields.text(2), source: fields.text(3),
                schema: fields[4].stringValue, profile: fields[5].stringValue,
                tags: (fields[6].arrayValue ?? []).map {
                    KeyValue(key: ($0.arrayValue ?? []).text(0), value: ($0.arrayValue ?? []).text(1))
                })
        }
    }
}

extension [JSONValue] {
    fileprivate func text(_ index: Int) -> String { index < count ? self[index].stringValue ?? "" : "" }

    fileprivate func integer(_ index: Int) -> Int64? { index < count ? self[index].integerValue : nil }

    /// Key, value as text (JSON has no NaN), time and step.
    fileprivate func point(dataset: MetricPoint.DatasetName?) -> MetricPoint {
        MetricPoint(key: text(0), value: Double(text(1)) ?? .nan, at: integer(2) ?? 0, step: integer(3) ?? 0, dataset: dataset)
    }
}
