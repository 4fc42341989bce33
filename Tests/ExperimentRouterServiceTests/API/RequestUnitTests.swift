import Contracts
import Foundation
import NIOCore
import Testing

@testable import ExperimentRouterService

@Suite("The unit of a request")
struct RequestUnitTests {
    static func find(_ body: String, header: String? = nil, headerLength: String? = nil, isEncoded: Bool = false) -> String? {
        RequestUnit.find(
            header: header, body: ByteBuffer(string: body), headerLength: headerLength, isEncoded: isEncoded, parameter: "user_id")
    }

    @Test("it is the parameter that the rollout names, a text or a whole number")
    func parameter() {
        #expect(Self.find(#"{"inputs":[{"user_id":"no"}],"parameters":{"user_id":"ann","x":{"user_id":1}}}"#) == "ann")
        #expect(Self.find(#"{"parameters":{"user_id":9007199254740993}}"#) == "9007199254740993")
        #expect(Self.find(#"{"parameters":{"user_id":"ünï \n\"x\""}}"#) == "ünï \n\"x\"")
    }

    @Test("the header goes before it")
    func header() {
        #expect(Self.find(#"{"parameters":{"user_id":"ann"}}"#, header: "bob") == "bob")
        #expect(Self.find(#"{"parameters":{"user_id":"ann"}}"#, header: "") == nil)
    }

    @Test(
        "what is no unit is none",
        arguments: [
            "", "{", "[]", "null", #"{"parameters":null}"#, #"{"parameters":{"user_id":true}}"#, #"{"parameters":{"user_id":1.5}}"#,
            #"{"parameters":{"user_id":[]}}"#, #"{"parameters":{"user_id":""}}"#, #"{"user_id":"ann"}"#, #"{"parameters":{"user_id":"ann""#,
            "{\"parameters\":{\"user_id\":\"" + String(repeating: "x", count: 257) + "\"}}", String(repeating: "[", count: 100_000),
        ])
    func none(body: String) {
        #expect(Self.find(body) == nil)
    }

    @Test("with binary tensors only the JSON is read; a compressed body is not")
    func binary() {
        let json = #"{"parameters":{"user_id":"ann"}}"#

        #expect(Self.find(json + "\u{0}\u{1}{}", headerLength: "\(json.utf8.count)") == "ann")
        #expect(Self.find(json, headerLength: "5") == nil)
        #expect(Self.find(json, headerLength: "99999999999") == "ann")
        #expect(Self.find(json, headerLength: "-1") == nil)
        #expect(Self.find(json, isEncoded: true) == nil)
    }

    @Test("any unit fits in a header and comes back")
    func headerForm() {
        for unit in ["ann", "a b\r\nx-evil: 1", "ü%20", "100%", "é\u{0}"] {
            let value = RequestUnit.headerValue(unit)

            #expect(value.utf8.allSatisfy { $0 > 32 && $0 < 127 })
            #expect(value.removingPercentEncoding == unit)
        }
    }
}
