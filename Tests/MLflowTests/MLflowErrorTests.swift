import Contracts
import MLflow
import Testing

@Suite("Errors")
struct MLflowErrorTests {
    @Test("each code has the status of the contract")
    func statuses() {
        let groups: [Int: Set<String>] = [
            400: ["BAD_REQUEST", "INVALID_PARAMETER_VALUE", "RESOURCE_ALREADY_EXISTS"], 401: ["UNAUTHENTICATED", "CUSTOMER_UNAUTHORIZED"],
            403: ["PERMISSION_DENIED"], 404: ["RESOURCE_DOES_NOT_EXIST", "ENDPOINT_NOT_FOUND", "NOT_FOUND"],
            409: ["ABORTED", "RESOURCE_CONFLICT", "ALREADY_EXISTS"], 429: ["RESOURCE_EXHAUSTED", "REQUEST_LIMIT_EXCEEDED"],
            499: ["CANCELLED"], 500: ["INTERNAL_ERROR", "INVALID_STATE", "DATA_LOSS"], 501: ["NOT_IMPLEMENTED"],
            503: ["TEMPORARILY_UNAVAILABLE"], 504: ["DEADLINE_EXCEEDED"],
        ]

        let ours = Dictionary(grouping: ErrorCode.allCases, by: \.status).mapValues { Set($0.map(\.rawValue)) }

        #expect(ours == groups)
    }

    @Test("the body names code and message")
    func body() {
        let error = MLflowError.runNotFound("a\"b")

        #expect(
            String(decoding: error.body, as: UTF8.self)
                == #"{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"Run with id=a\"b not found"}"#)
        #expect(error.status == 404)
    }

    @Test(
        "the sentences are those on which clients rely",
        arguments: [
            (MLflowError.missingParameter("run_id"), "Missing value for required parameter 'run_id'."),
            (.invalidValue(["a", 1], parameter: "x"), "Invalid value [\"a\",1] for parameter 'x' supplied."),
            (.invalidValue(0, parameter: "x", "Why."), "Invalid value 0 for parameter 'x' supplied: Why."),
            (.runNotActive("r", stage: "deleted"), "The run r must be in the 'active' state. Current state is deleted."),
            (
                .paramChanged("k", run: "r", from: "1", to: "2"),
                "Changing param values is not allowed. Param with key='k' was already logged with value='1' for run ID='r'. "
                    + "Attempted logging new value '2'."
            ),
            (.registeredModelExists("m"), "Registered Model (name=m) already exists."),
            (.registeredModelNotFound("m"), "Registered Model with name=m not found"),
            (.modelVersionNotFound("m", version: "3"), "Model Version (name=m, version=3) not found"),
            (.aliasNotFound("champion"), "Registered model alias champion not found."),
            (.noTag("k", run: "r"), "No tag with name: k in run with id r"),
        ])
    func sentences(error: MLflowError, expected: String) {
        #expect(error.message == expected)
    }

    @Test("a missing alias is a bad value, a missing model is not found, a taken name is a bad request")
    func surprises() {
        #expect(MLflowError.aliasNotFound("a").status == 400)
        #expect(MLflowError.registeredModelNotFound("a").status == 404)
        #expect(MLflowError.registeredModelExists("a").status == 400)
    }
}
