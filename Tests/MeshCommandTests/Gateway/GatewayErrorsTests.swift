import Contracts
import Foundation
import Testing

@testable import MeshCommand

@Suite("The gateway's own errors")
struct GatewayErrorsTests {
    @Test(
        "each style has a JSON body for each error, which the request id completes", arguments: ["problem", "inference", "oauth", "ofrep"])
    func covers(style: String) throws {
        let lines = try GatewayErrors.map().split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
        let bodies = Dictionary(lines.map { ($0[0], $0[1]) }) { first, _ in first }

        for (key, problem) in GatewayErrors.problems {
            let body = try #require(bodies["\(style):\(key)"]) + ",\"requestId\":\"\(RequestID())\"}"
            let value = try WireJSON.decode(JSONValue.self, from: Data(body.utf8))
            switch style {
            case "problem": #expect(value["code"]?.stringValue == problem.code && value["status"] == .integer(Int64(problem.status)))
            case "inference": #expect(value["error"]?.stringValue?.isEmpty == false)
            case "oauth": #expect(value["error_description"]?.stringValue?.isEmpty == false)
            default: #expect(value["errorCode"]?.stringValue == "GENERAL")
            }
        }
    }

    @Test("no body breaks out of the quotes of HAProxy's configuration")
    func quotes() throws {
        #expect(try !GatewayErrors.complete("400").contains("\\"))
        #expect(try !GatewayErrors.complete("408").contains("'"))
    }
}
