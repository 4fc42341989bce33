import MLflow
import Postgres

/// Where the keys of one kind of search stand; the record's own row is `r`.
struct SearchTable: Sendable {
    /// How a column compares.
    enum Sort: Sendable {
        case integer
        case number
        case text
    }

    /// A column, or an expression.
    struct Column: Sendable {
        let sql: SQL
        let sort: Sort
        /// Whether every record has a value that is no NaN.
        var isTotal = true
    }

    /// Rows that hold an entity's values: `x` in FROM and WHERE, and the value of one.
    struct Values: Sendable {
        let table: SQL
        let value: SQL
        let sort: Sort
    }

    let kind: SearchKind
    /// Datasets that metrics of logged models are looked at for; all when empty.
    var datasets: [OrderTerm.Dataset] = []

    static let experiments = SearchTable(kind: .experiments)
    static let runs = SearchTable(kind: .runs)

    /// An attribute as a filter compares it.
    func attribute(_ key: String) -> Column {
        switch (kind, key) {
        case (.experiments, "experiment_id"): Column(sql: #"r.id::text COLLATE "C""#, sort: .text)
        default: ordered(key)
        }
    }

    /// An attribute as an order compares it.
    func ordered(_ key: String) -> Column {
        switch (kind, key) {
        case (.experiments, "experiment_id"): Column(sql: "r.id", sort: .integer)
        case (.experiments, "creation_time"), (.loggedModels, "creation_timestamp"): Column(sql: "r.created_at", sort: .integer)
        case (.experiments, "last_update_time"), (.loggedModels, "last_updated_timestamp"): Column(sql: "r.updated_at", sort: .integer)
        case (.runs, "run_id"), (.loggedModels, "model_id"): Column(sql: "r.id", sort: .text)
        case (_, "name"), (.runs, "run_name"): Column(sql: "r.name", sort: .text)
        case (.runs, "user_id"): Column(sql: "r.user_id", sort: .text)
        case (.runs, "artifact_uri"):
            Column(sql: #"('mlflow-artifacts:/' || r.experiment || '/' || r.id || '/artifacts') COLLATE "C""#, sort: .text)
        case (.runs, "start_time"): Column(sql: "r.start_time", sort: .integer)
        case (.runs, "end_time"): Column(sql: "r.end_time", sort: .integer, isTotal: false)
        case (.loggedModels, "model_type"): Column(sql: "r.model_type", sort: .text, isTotal: false)
        case (.loggedModels, "source_run_id"): Column(sql: "r.source_run", sort: .text, isTotal: false)
        // The grammar lets no other attribute through.
        default: Column(sql: "r.status", sort: .text)
        }
    }

    /// The values that a record has for a key that is no attribute.
    func values(_ field: SearchField, on dataset: OrderTerm.Dataset? = nil) -> Values {
        switch (kind, field.entity) {
        case (.experiments, _):
            Values(
                table: "experiment_tags AS x WHERE x.team = r.team AND x.experiment = r.id AND x.key = \(field.key)", value: "x.value",
                sort: .text)
        case (.loggedModels, .metric):
            Values(
                table: "logged_model_metrics AS x WHERE x.model = r.id AND x.key = \(field.key) AND \(isOn(dataset))", value: "x.value",
                sort: .number)
        case (.loggedModels, .parameter):
            Values(table: "logged_model_params AS x WHERE x.model = r.id AND x.key = \(field.key)", value: "x.value", sort: .text)
        case (.loggedModels, _):
            Values(table: "logged_model_tags AS x WHERE x.model = r.id AND x.key = \(field.key)", value: "x.value", sort: .text)
        case (_, .metric): Values(table: "tracked_latest AS x WHERE x.run = r.id AND x.key = \(field.key)", value: "x.value", sort: .number)
        case (_, .parameter):
            Values(table: "tracked_params AS x WHERE x.run = r.id AND x.key = \(field.key)", value: "x.value", sort: .text)
        case (_, .dataset): Self.dataset(field.key)
        case (_, _): Values(table: "tracked_tags AS x WHERE x.run = r.id AND x.key = \(field.key)", value: "x.value", sort: .text)
        }
    }

    private static func dataset(_ key: String) -> Values {
        switch key {
        case "name": Values(table: "tracked_datasets AS x WHERE x.run = r.id", value: "x.name", sort: .text)
        case "digest": Values(table: "tracked_datasets AS x WHERE x.run = r.id", value: "x.digest", sort: .text)
        default:
            Values(
                table: """
                    tracked_datasets AS d, jsonb_array_elements(d.tags) AS x
                     WHERE d.run = r.id AND x->>0 = \(DatasetInput.contextTag)
                    """, value: #"((x->>1) COLLATE "C")"#, sort: .text)
        }
    }

    /// What metrics of logged models are looked at: those on the order's dataset, or on one of the search's.
    private func isOn(_ dataset: OrderTerm.Dataset?) -> SQL {
        let wanted = dataset.map { [$0] } ?? datasets
        guard !wanted.isEmpty else { return "TRUE" }
        let fits = wanted.map { dataset -> SQL in
            guard let digest = dataset.digest else { return "x.dataset = \(dataset.name)" }
            return "(x.dataset = \(dataset.name) AND x.dataset_digest = \(digest))"
        }
        return fits.dropFirst().reduce("(\(fits[0])" as SQL) { "\($0) OR \($1)" }.closed
    }
}

extension SQL {
    fileprivate var closed: SQL { "\(self))" }
}
