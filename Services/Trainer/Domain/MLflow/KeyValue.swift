import MLflow

/// A tag or a param.
struct KeyValue: Sendable, Hashable {
    let key: String
    let value: String

    var answer: AnswerFields {
        var fields = AnswerFields()
        fields.set("key", key)
        fields.set("value", value)
        return fields
    }
}

extension KeyValue {
    /// A run's param: its key checked, its value cut to what is stored.
    init(param fields: RequestFields) throws(MLflowError) {
        self.init(key: try fields.requiredText("key"), value: Limits.storedParamValue(try fields.storable("value") ?? ""))
        try KeyName.check(key, parameter: "key")
    }

    /// A run's tag: its key checked, its value cut to what is stored.
    init(tag fields: RequestFields) throws(MLflowError) {
        self.init(key: try fields.requiredText("key"), value: Limits.storedTagValue(try fields.storable("value") ?? ""))
        try KeyName.check(key, parameter: "key")
    }

    /// An experiment's tag; a value that is too long is refused.
    init(experimentTag fields: RequestFields) throws(MLflowError) {
        self.init(key: try fields.requiredText("key"), value: try fields.storable("value") ?? "")
        try KeyName.check(key, parameter: "key")
        try Limits.check(value, "value", atMost: Limits.experimentTagValueLength)
    }
}

extension RequestFields {
    /// A text that the database can hold.
    func storable(_ name: String) throws(MLflowError) -> String? {
        let text = try text(name)
        guard text?.utf8.contains(0) != true else {
            throw .invalid("Invalid value for parameter '\(name)' supplied: expected a text without the character U+0000")
        }
        return text
    }
}
