import Contracts

/// The sentences on which clients and their tests rely.
extension MLflowError {
    /// `INVALID_PARAMETER_VALUE` with a sentence.
    public static func invalid(_ message: String) -> MLflowError {
        MLflowError(.invalidParameterValue, message)
    }

    /// A required member of the request is absent.
    public static func missingParameter(_ name: String) -> MLflowError {
        .invalid("Missing value for required parameter '\(name)'.")
    }

    /// A member has a value that is not allowed; `reason` says what was expected.
    public static func invalidValue(_ value: JSONValue, parameter: String, _ reason: String? = nil) -> MLflowError {
        let text = String(decoding: value.canonical, as: UTF8.self)
        return .invalid("Invalid value \(text) for parameter '\(parameter)' supplied" + (reason.map { ": \($0)" } ?? "."))
    }

    /// A name or value is longer than it may be.
    public static func tooLong(_ name: String, limit: Int) -> MLflowError {
        .invalid("'\(name)' exceeds the maximum length of \(limit) characters")
    }

    // MARK: Tracking

    /// There is no such run.
    public static func runNotFound(_ id: String) -> MLflowError {
        MLflowError(.resourceDoesNotExist, "Run with id=\(id) not found")
    }

    /// A deleted run cannot be written to; `stage` is its lifecycle stage.
    public static func runNotActive(_ id: String, stage: String) -> MLflowError {
        .invalid("The run \(id) must be in the 'active' state. Current state is \(stage).")
    }

    /// A deleted experiment cannot get runs; `stage` is its lifecycle stage.
    public static func experimentNotActive(_ id: String, stage: String) -> MLflowError {
        .invalid("The experiment \(id) must be in the 'active' state. Current state is \(stage).")
    }

    /// A parameter is written once.
    public static func paramChanged(_ key: String, run: String, from old: String, to new: String) -> MLflowError {
        .invalid(
            "Changing param values is not allowed. Param with key='\(key)' was already logged with value='\(old)' for run ID='\(run)'. "
                + "Attempted logging new value '\(new)'.")
    }

    /// A batch names a parameter twice.
    public static func duplicateParams(_ keys: [String]) -> MLflowError {
        let names = keys.map { "'\($0)'" }.joined(separator: ", ")
        return .invalid(
            "Duplicate parameter keys have been submitted: [\(names)]. "
                + "Please ensure the request contains only one param value per param key.")
    }

    /// There is no experiment with this id.
    public static func experimentNotFound(id: String) -> MLflowError {
        MLflowError(.resourceDoesNotExist, "No Experiment with id=\(id) exists")
    }

    /// There is no experiment with this name.
    public static func experimentNotFound(name: String) -> MLflowError {
        MLflowError(.resourceDoesNotExist, "Could not find experiment with name '\(name)'")
    }

    /// An experiment's name is taken, perhaps by a deleted one.
    public static func experimentExists(name: String) -> MLflowError {
        MLflowError(.resourceAlreadyExists, "Experiment(name=\(name)) already exists.")
    }

    /// An experiment's id is not an integer.
    public static func invalidExperimentID(_ id: String) -> MLflowError {
        .invalid("Invalid experiment ID '\(id)'. Experiment ID must be a valid integer.")
    }

    /// A run lacks the tag that should be deleted.
    public static func noTag(_ key: String, run: String) -> MLflowError {
        MLflowError(.resourceDoesNotExist, "No tag with name: \(key) in run with id \(run)")
    }

    /// An experiment lacks the tag that should be deleted.
    public static func noTag(_ key: String, experiment: String) -> MLflowError {
        MLflowError(.resourceDoesNotExist, "No tag with name: \(key) in experiment with id \(experiment)")
    }

    /// There is no such logged model.
    public static func loggedModelNotFound(_ id: String) -> MLflowError {
        MLflowError(.resourceDoesNotExist, "Logged model with ID '\(id)' not found.")
    }

    // MARK: Registry

    /// A registered model's name is taken.
    public static func registeredModelExists(_ name: String) -> MLflowError {
        MLflowError(.resourceAlreadyExists, "Registered Model (name=\(name)) already exists.")
    }

    /// There is no such registered model.
    public static func registeredModelNotFound(_ name: String) -> MLflowError {
        MLflowError(.resourceDoesNotExist, "Registered Model with name=\(name) not found")
    }

    /// There is no such model version.
    public static func modelVersionNotFound(_ name: String, version: String) -> MLflowError {
        MLflowError(.resourceDoesNotExist, "Model Version (name=\(name), version=\(version)) not found")
    }

    /// There is no such alias; 400 and not 404, as the client expects.
    public static func aliasNotFound(_ alias: String) -> MLflowError {
        .invalid("Registered model alias \(alias) not found.")
    }

    /// There is no such path or method.
    public static func endpointNotFound(_ path: String) -> MLflowError {
        MLflowError(.endpointNotFound, "No API found for '\(path)'")
    }
}
