extension SearchVocabulary {
    /// The vocabulary of a kind of search, as the reference server's.
    static func of(_ kind: SearchKind) -> SearchVocabulary {
        switch kind {
        case .runs: runs
        case .experiments: experiments
        case .registeredModels: registeredModels
        case .modelVersions: modelVersions
        case .loggedModels: loggedModels
        }
    }

    private static let metricNames: [String: SearchEntity] = ["metric": .metric, "metrics": .metric]
    private static let parameterNames: [String: SearchEntity] = [
        "param": .parameter, "params": .parameter, "parameter": .parameter, "parameters": .parameter,
    ]
    private static let tagNames: [String: SearchEntity] = ["tag": .tag, "tags": .tag]
    private static let attributeNames: [String: SearchEntity] = ["attribute": .attribute, "attr": .attribute, "attributes": .attribute]
    private static let plainNames = tagNames.merging(["attribute": .attribute]) { $1 }

    private static let runs = SearchVocabulary(
        entities: [metricNames, parameterNames, tagNames, attributeNames].reduce(
            ["run": .attribute, "dataset": .dataset, "datasets": .dataset]
        ) { $0.merging($1) { $1 } },
        textAttributes: ["run_id", "run_name", "status", "artifact_uri", "user_id"],
        numericAttributes: ["start_time", "end_time"],
        aliases: [
            "created": "start_time", "Created": "start_time", "run name": "run_name", "Run name": "run_name", "Run Name": "run_name",
        ],
        listed: [SearchField(.attribute, "run_id")], listedEntities: [.dataset], nullable: [.parameter, .tag],
        orderedEntities: [.attribute, .metric, .parameter, .tag],
        orderedAttributes: ["run_id", "run_name", "status", "artifact_uri", "user_id", "start_time", "end_time"])

    private static let experiments = SearchVocabulary(
        entities: plainNames, textAttributes: ["name", "experiment_id"], numericAttributes: ["creation_time", "last_update_time"],
        listed: [SearchField(.attribute, "experiment_id")], nullable: [.tag], orderedEntities: [.attribute],
        orderedAttributes: ["name", "experiment_id", "creation_time", "last_update_time"])

    private static let registeredModels = SearchVocabulary(
        entities: plainNames, textAttributes: ["name"], numericAttributes: [], listed: [SearchField(.attribute, "name")],
        orderedEntities: [.attribute], orderedAttributes: ["name", "creation_timestamp", "last_updated_timestamp"],
        orderAliases: ["timestamp": "last_updated_timestamp"])

    private static let modelVersions = SearchVocabulary(
        entities: plainNames, textAttributes: ["name", "run_id", "source_path"], numericAttributes: ["version_number"],
        quotedNumbers: ["version_number"],
        listed: [SearchField(.attribute, "name"), SearchField(.attribute, "run_id")], orderedEntities: [.attribute],
        orderedAttributes: ["name", "version_number", "creation_timestamp", "last_updated_timestamp"])

    private static let loggedModels = SearchVocabulary(
        entities: [metricNames, parameterNames, tagNames].reduce(attributeNames) { $0.merging($1) { $1 } },
        textAttributes: ["name", "model_id", "model_type", "status", "source_run_id"],
        numericAttributes: ["creation_timestamp", "last_updated_timestamp"],
        aliases: ["creation_time": "creation_timestamp", "last_updated_time": "last_updated_timestamp"],
        listed: [], listedEntities: [.attribute, .parameter, .tag], orderedEntities: [.attribute, .metric],
        orderedAttributes: ["name", "model_id", "model_type", "status", "source_run_id", "creation_timestamp", "last_updated_timestamp"])
}
