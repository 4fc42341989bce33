import Contracts
import MLflow

/// What a webhook can be told of: an entity and what happened to it.
enum WebhookEvent: String, Sendable, Hashable, CaseIterable {
    case modelCreated = "registered_model.created"
    case versionCreated = "model_version.created"
    case versionTagSet = "model_version_tag.set"
    case versionTagDeleted = "model_version_tag.deleted"
    case aliasCreated = "model_version_alias.created"
    case aliasDeleted = "model_version_alias.deleted"
    case promptCreated = "prompt.created"
    case promptVersionCreated = "prompt_version.created"
    case promptTagSet = "prompt_tag.set"
    case promptTagDeleted = "prompt_tag.deleted"
    case promptVersionTagSet = "prompt_version_tag.set"
    case promptVersionTagDeleted = "prompt_version_tag.deleted"
    case promptAliasCreated = "prompt_alias.created"
    case promptAliasDeleted = "prompt_alias.deleted"

    var entity: String { String(rawValue.split(separator: ".")[0]) }
    var action: String { String(rawValue.split(separator: ".")[1]) }

    /// Reads `{"entity": "MODEL_VERSION", "action": "CREATED"}`.
    init(_ fields: RequestFields) throws(MLflowError) {
        let (entity, action) = (try fields.requiredText("entity"), try fields.requiredText("action"))
        guard let event = WebhookEvent(rawValue: "\(entity.lowercased()).\(action.lowercased())") else {
            let actions = Self.allCases.filter { $0.entity == entity.lowercased() }.map { "'\($0.action)'" }
            throw .invalid(
                "Invalid action '\(action.lowercased())' for entity '\(entity.lowercased())'. "
                    + "Valid actions are: [\(actions.joined(separator: ", "))]")
        }
        self = event
    }

    /// As the interface writes it.
    var answer: AnswerFields {
        var fields = AnswerFields()
        fields.set("entity", entity.uppercased())
        fields.set("action", action.uppercased())
        return fields
    }

    /// What a trial delivery tells of.
    var example: [String: JSONValue] {
        let names: [String: JSONValue] =
            switch self {
            case .modelCreated:
                ["name": "example_model", "tags": ["example_key": "example_value"], "description": "An example registered model"]
            case .versionCreated:
                [
                    "name": "example_model", "version": "1", "source": "models:/123", "run_id": "abcd1234abcd5678",
                    "tags": ["example_key": "example_value"], "description": "An example model version",
                ]
            case .versionTagSet: ["name": "example_model", "version": "1", "key": "example_key", "value": "example_value"]
            case .versionTagDeleted: ["name": "example_model", "version": "1", "key": "example_key"]
            case .aliasCreated: ["name": "example_model", "alias": "example_alias", "version": "1"]
            case .aliasDeleted: ["name": "example_model", "alias": "example_alias"]
            case .promptCreated: ["name": "example_prompt", "tags": ["example_key": "example_value"], "description": "An example prompt"]
            case .promptVersionCreated:
                [
                    "name": "example_prompt", "version": "1", "template": "Hello {{name}}!", "tags": ["example_key": "example_value"],
                    "description": "An example prompt version",
                ]
            case .promptTagSet: ["name": "example_prompt", "key": "example_key", "value": "example_value"]
            case .promptTagDeleted: ["name": "example_prompt", "key": "example_key"]
            case .promptVersionTagSet: ["name": "example_prompt", "version": "1", "key": "example_key", "value": "example_value"]
            case .promptVersionTagDeleted: ["name": "example_prompt", "version": "1", "key": "example_key"]
            case .promptAliasCreated: ["name": "example_prompt", "alias": "example_alias", "version": "1"]
            case .promptAliasDeleted: ["name": "example_prompt", "alias": "example_alias"]
            }
        return names
    }
}
