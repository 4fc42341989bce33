/// Codes that any service may answer.
extension ProblemCode {
    public static let malformed = ProblemCode("request.malformed", 400, "The request could not be read")
    public static let invalidField = ProblemCode("request.invalid_field", 400, "A field of the request is not as expected")
    public static let unauthenticated = ProblemCode("request.unauthenticated", 401, "No valid token came with the request")
    public static let forbidden = ProblemCode("request.forbidden", 403, "The caller may not do this")
    public static let notFound = ProblemCode("request.not_found", 404, "There is no such thing")
    public static let methodNotAllowed = ProblemCode("request.method_not_allowed", 405, "The route does not take this method")
    public static let requestTimeout = ProblemCode("request.timeout", 408, "The request did not arrive in time")
    public static let conflict = ProblemCode("request.conflict", 409, "The request conflicts with the present state")
    public static let idempotencyMismatch = ProblemCode(
        "request.idempotency_mismatch", 422, "The idempotency key was used for a different request")
    public static let preconditionFailed = ProblemCode("request.precondition_failed", 412, "The thing has changed since it was read")
    public static let tooLarge = ProblemCode("request.too_large", 413, "The body is larger than this route takes")
    public static let unsupportedMediaType = ProblemCode("request.unsupported_media_type", 415, "The route does not take this content type")
    public static let unprocessable = ProblemCode("request.unprocessable", 422, "The request was understood and refused")
    public static let overloaded = ProblemCode("request.overloaded", 429, "Too much work is waiting")
    public static let internalError = ProblemCode("request.internal", 500, "Something went wrong inside")
    public static let brokenAnswer = ProblemCode("request.broken_answer", 502, "The service broke off its answer")
    public static let notReady = ProblemCode("request.not_ready", 503, "The service is not ready")
    public static let deadlineExceeded = ProblemCode("request.deadline_exceeded", 504, "The deadline passed before there was an answer")
}
