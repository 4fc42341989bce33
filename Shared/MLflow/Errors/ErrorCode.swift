/// The error codes of MLflow's REST interface.
public enum ErrorCode: String, CaseIterable, Sendable {
    case badRequest = "BAD_REQUEST"
    case invalidParameterValue = "INVALID_PARAMETER_VALUE"
    case resourceAlreadyExists = "RESOURCE_ALREADY_EXISTS"
    case unauthenticated = "UNAUTHENTICATED"
    case customerUnauthorized = "CUSTOMER_UNAUTHORIZED"
    case permissionDenied = "PERMISSION_DENIED"
    case resourceDoesNotExist = "RESOURCE_DOES_NOT_EXIST"
    case endpointNotFound = "ENDPOINT_NOT_FOUND"
    case notFound = "NOT_FOUND"
    case aborted = "ABORTED"
    case resourceConflict = "RESOURCE_CONFLICT"
    case alreadyExists = "ALREADY_EXISTS"
    case resourceExhausted = "RESOURCE_EXHAUSTED"
    case requestLimitExceeded = "REQUEST_LIMIT_EXCEEDED"
    case cancelled = "CANCELLED"
    case internalError = "INTERNAL_ERROR"
    case invalidState = "INVALID_STATE"
    case dataLoss = "DATA_LOSS"
    case notImplemented = "NOT_IMPLEMENTED"
    case temporarilyUnavailable = "TEMPORARILY_UNAVAILABLE"
    case deadlineExceeded = "DEADLINE_EXCEEDED"

    /// The HTTP status that goes with it.
    public var status: Int {
        switch self {
        case .badRequest, .invalidParameterValue, .resourceAlreadyExists: 400
        case .unauthenticated, .customerUnauthorized: 401
        case .permissionDenied: 403
        case .resourceDoesNotExist, .endpointNotFound, .notFound: 404
        case .aborted, .resourceConflict, .alreadyExists: 409
        case .resourceExhausted, .requestLimitExceeded: 429
        case .cancelled: 499
        case .internalError, .invalidState, .dataLoss: 500
        case .notImplemented: 501
        case .temporarilyUnavailable: 503
        case .deadlineExceeded: 504
        }
    }
}
