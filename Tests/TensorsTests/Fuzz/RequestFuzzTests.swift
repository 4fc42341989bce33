import Contracts
import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite("Fuzz: inference requests")
struct RequestFuzzTests {
    /// What is wrong with how a request is taken; nil when nothing is.
    private func judge(_ one: RequestCase) -> String? {
        let request: InferenceRequest
        do throws(InferenceFault) {
            request = try one.parsed()
        } catch { return error.description.isEmpty ? "a fault that says nothing" : nil }
        for tensor in request.inputs {
            if tensor.byteCount > RequestCase.limit { return "a tensor beyond the limit" }
            if tensor.count > one.body.count { return "more elements than bytes" }
            if tensor.count != tensor.shape.reduce(1, *) { return "count and shape differ" }
        }
        for isBinary in [true, false] {
            guard let again = try? RequestCase(request, isBinary: isBinary).parsed() else { return "not taken when written again" }
            if again.inputs != request.inputs { return "other tensors when written again, binary \(isBinary)" }
            if again.id != request.id || Self.asked(again) != Self.asked(request) { return "another id or other wishes when written again" }
        }
        return nil
    }

    /// Outputs and parameters in their canonical form: 1e1 is 10.
    private static func asked(_ request: InferenceRequest) -> [[UInt8]] {
        [JSONValue.object(request.parameters).canonical]
            + (request.outputs ?? []).map { Array($0.name.utf8) + JSONValue.object($0.parameters).canonical }
    }

    @Test("requests that are changed at random never crash, stay within bounds, and are the same when written again")
    func mutations() throws {
        var taken = 0
        let failure = try FuzzCampaign("requests", cases: 20_000).run { seed, input in
            var mutation = RequestMutation(seed: seed)
            let one = mutation.next()
            input(Array("\(one.header ?? "-")\n".utf8) + one.body)
            taken += (try? one.parsed()) == nil ? 0 : 1
            return judge(one)
        }
        #expect(failure == nil, "\(failure.map { "\($0)" } ?? "")")
        // Mutations that break every request would prove nothing.
        #expect(taken > 1000)
    }

    @Test("each seed of the corpus is taken and is the same when written again", arguments: RequestCase.seeds.indices)
    func seeds(index: Int) throws {
        _ = try RequestCase.seeds[index].parsed()
        #expect(judge(RequestCase.seeds[index]) == nil)
    }

    @Test(
        "shapes and lengths that lie are refused with no memory asked for",
        arguments: [
            (#"{"inputs":[{"name":"x","datatype":"FP32","shape":[2147483648],"data":[1]}]}"#, nil),
            (#"{"inputs":[{"name":"x","datatype":"FP32","shape":[4611686018427387904,2],"data":[1]}]}"#, nil),
            (#"{"inputs":[{"name":"x","datatype":"FP32","shape":[4611686018427387904,0,4],"data":[]}]}"#, nil),
            (
                #"{"inputs":[{"name":"x","datatype":"FP32","shape":[2305843009213693952],"parameters":{"binary_data_size":0}}]}"#,
                "110"
            ),
            (#"{"inputs":[{"name":"x","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":9223372036854775807}}]}"#, nil),
        ])
    func lies(json: String, header: String?) {
        var one = RequestCase(json)
        one.header = header.map { _ in String(json.utf8.count) }
        let before = Self.peakKilobytes
        #expect(throws: InferenceFault.self) { try one.parsed() }
        #expect(before > 0)
        #expect(Self.peakKilobytes - before < 1_000_000)
    }

    @Test("a BYTES length that reaches beyond its block is refused by its element")
    func textLengths() {
        let json = #"{"inputs":[{"name":"t","datatype":"BYTES","shape":[2],"parameters":{"binary_data_size":9}}]}"#
        let fault = #expect(throws: InferenceFault.self) {
            try RequestCase(json, binary: [1, 0, 0, 0, 97, 255, 255, 255, 255]).parsed()
        }
        #expect(fault?.description.contains("input t, element 1") == true)
    }

    @Test("depth bombs are refused", arguments: ["[", "{\"a\":", "{\"inputs\":[{\"data\":["])
    func depth(opening: String) {
        #expect(throws: InferenceFault.self) { try RequestCase(String(repeating: opening, count: 100_000)).parsed() }
        let nested = String(repeating: "[", count: 50_000)
        #expect(throws: InferenceFault.self) {
            try RequestCase(#"{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":"# + nested).parsed()
        }
    }

    /// The most address space that the process ever had: memory that is asked for shows here, touched or not.
    private static var peakKilobytes: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmPeak:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
