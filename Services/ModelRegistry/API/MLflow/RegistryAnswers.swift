import Contracts
import Foundation
import MLflow

extension RegisteredModel {
    /// As MLflow's clients read it; its newest versions come without aliases, as the reference writes them.
    var answer: AnswerFields {
        var fields = AnswerFields()
        fields.set("name", key.name)
        fields.set("creation_timestamp", createdAt.milliseconds)
        fields.set("last_updated_timestamp", updatedAt.milliseconds)
        fields.set("description", description)
        fields.set("latest_versions", latest.map { $0.answer(withAliases: false) })
        fields.set("tags", tags.map(\.answer))
        fields.set(
            "aliases",
            aliases.map { target in
                var fields = AnswerFields()
                fields.set("alias", target.alias)
                fields.set("version", "\(target.version)")
                return fields
            })
        return fields
    }
}

extension RegisteredVersion {
    /// As MLflow's clients read it.
    func answer(withAliases: Bool = true) -> AnswerFields {
        var fields = AnswerFields()
        fields.set("name", model)
        fields.set("version", "\(version)")
        fields.set("creation_timestamp", createdAt.milliseconds)
        fields.set("last_updated_timestamp", updatedAt.milliseconds)
        fields.set("description", description)
        fields.set("user_id", userID)
        fields.set("current_stage", stage.rawValue)
        fields.set("source", source)
        fields.set("run_id", runID)
        fields.set("run_link", runLink)
        fields.set("model_id", modelID)
        fields.set("status", "READY")
        fields.set("tags", tags.map(\.answer))
        if withAliases { fields.set("aliases", aliases) }
        return fields
    }
}

extension ModelTag {
    /// As MLflow's clients read it.
    var answer: AnswerFields {
        var fields = AnswerFields()
        fields.set("key", key)
        fields.set("value", value)
        return fields
    }

    /// Reads a tag to set. Throws `INVALID_PARAMETER_VALUE`.
    init(_ fields: RequestFields) throws(MLflowError) {
        let (key, value) = (try fields.requiredText("key"), try fields.text("value") ?? "")
        try KeyName.check(key, parameter: "key")
        try Limits.check(value, "value", atMost: Limits.registryTagValueLength)
        self.init(key: key, value: value)
    }

    /// Reads the tags of a new thing.
    static func list(_ fields: RequestFields) throws(MLflowError) -> [ModelTag] {
        var tags: [ModelTag] = []
        for element in try fields.objects("tags") { tags.append(try ModelTag(element)) }
        return tags
    }
}

extension Webhook {
    /// As MLflow's clients read it, without its secret.
    var answer: AnswerFields {
        var fields = AnswerFields()
        fields.set("webhook_id", id.uuidString.lowercased())
        fields.set("name", name)
        fields.set("url", url)
        fields.set("events", events.map(\.answer))
        fields.set("description", description)
        fields.set("status", status.rawValue)
        fields.set("creation_timestamp", createdAt.milliseconds)
        fields.set("last_updated_timestamp", updatedAt.milliseconds)
        return fields
    }
}

extension Date {
    /// Since 1970.
    var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1_000).rounded(.down)) }
}
