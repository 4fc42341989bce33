extension Problem {
    /// The problem's `error_code` in MLflow's REST API; a code of our own that starts with `mlflow.` names its protocol code.
    public var mlflowCode: String {
        if code.hasPrefix("mlflow.") { return code.dropFirst(7).uppercased() }
        return switch status {
        case 401: "UNAUTHENTICATED"
        case 403: "PERMISSION_DENIED"
        case 404: code == ProblemCode.notFound.name ? "ENDPOINT_NOT_FOUND" : "RESOURCE_DOES_NOT_EXIST"
        case 405: "ENDPOINT_NOT_FOUND"
        case 409, 412: "RESOURCE_CONFLICT"
        case 429: "REQUEST_LIMIT_EXCEEDED"
        case 501: "NOT_IMPLEMENTED"
        case 503: "TEMPORARILY_UNAVAILABLE"
        case 504: "DEADLINE_EXCEEDED"
        case 500...: "INTERNAL_ERROR"
        default: "INVALID_PARAMETER_VALUE"
        }
    }
}

extension ProblemCode {
    /// The code of an error of MLflow's own, as in `RESOURCE_CONFLICT`.
    public static func mlflow(_ errorCode: String, _ status: Int) -> ProblemCode {
        ProblemCode("mlflow." + errorCode.lowercased(), status, "MLflow's API refuses the request")
    }
}
