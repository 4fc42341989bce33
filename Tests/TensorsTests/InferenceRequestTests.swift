import Contracts
import Foundation
import Testing

@testable import Tensors

private func parse(_ text: String, binary: [UInt8] = [], header: String? = nil) throws -> InferenceRequest {
    let body = Array(text.utf8) + binary
    let length = header ?? (binary.isEmpty ? nil : String(text.utf8.count))
    return try body.withUnsafeBufferPointer { try InferenceRequest($0, headerLength: length) }
}

private func input(_ datatype: String, _ shape: String, _ data: String) -> String {
    #"{"inputs":[{"name":"x","datatype":"\#(datatype)","shape":\#(shape),"data":\#(data)}]}"#
}

private let interface = Interface(
    inputs: [.init(name: "x", datatype: "FP32", shape: [-1, 2], minimum: 0, maximum: 16)],
    outputs: [.init(name: "y", datatype: "FP32", shape: [-1])], context: [.init(name: "source", datatype: "BYTES")])

@Suite("Inference requests")
struct InferenceRequestTests {
    @Test("nested, flat, late-typed and null members are read")
    func forms() throws {
        let flat = try parse(input("FP32", "[2,2]", "[1,2,3,4]"))
        let nested = try parse(input("FP32", "[2,2]", "[[1,2],[3,4]]"))
        let late = try parse(#"{"inputs":[{"data":[1,2,3,4],"shape":[2,2],"datatype":"FP32","name":"x"}]}"#)
        let nulls = try parse(
            #"{"id":null,"parameters":null,"outputs":null,"model_name":"m","inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2,3,4]}]}"#
        )

        #expect([nested, late, nulls].allSatisfy { $0.inputs == flat.inputs })
        #expect(flat.inputs[0].elements(as: Float.self) == [1, 2, 3, 4])
    }

    @Test(
        "every datatype is read exactly",
        arguments: [
            ("BOOL", "[true,false]", [1, 0]), ("UINT8", "[0,255]", [0, 255]), ("INT8", "[-128,127]", [-128, 127]),
            ("UINT16", "[0,65535]", [0, 65535]),
            ("INT16", "[-32768,5]", [-32768, 5]), ("UINT32", "[4294967295,1]", [4294967295, 1]),
            ("INT32", "[-2147483648,1]", [-2147483648, 1]),
            ("INT64", "[-5,7]", [-5, 7]), ("UINT64", "[1,2]", [1, 2]), ("FP16", "[0.5,-2]", [0.5, -2]), ("FP32", "[0.5,-2]", [0.5, -2]),
            ("FP64", "[0.1,1]", [0.1, 1]),
        ] as [(String, String, [Double])])
    func datatypes(datatype: String, data: String, values: [Double]) throws {
        #expect(try parse(input(datatype, "[2]", data)).inputs[0].doubles == values)
    }

    @Test("INT64 at its ends never passes through a double")
    func integers() throws {
        let tensor = try parse(input("INT64", "[2]", "[9223372036854775807,-9223372036854775808]")).inputs[0]
        #expect(tensor.elements(as: Int64.self) == [.max, .min])
        let large = try parse(input("UINT64", "[3]", "[18446744073709551615,18446744073709551610, 1844674407370955161.5e1]")).inputs[0]
        #expect(large.elements(as: UInt64.self) == [.max, .max - 5, .max])
        for text in ["18446744073709551616", "184467440737095516150", "18446744073709551615.5", "-1"] {
            #expect(throws: InferenceFault.self) { try parse(input("UINT64", "[1]", "[\(text)]")) }
        }
    }

    @Test(
        "a mistake is named",
        arguments: [
            (input("FP32", "[2,2]", "[1,2,3]"), "x of shape [2, 2] takes 4"), (input("FP32", "[1]", "[1,2]"), "more elements"),
            (input("FP99", "[1]", "[1]"), "FP99"),
            (#"{"inputs":[]}"#, "at least one"), (#"{}"#, "at least one"), (input("FP32", "[-1]", "[1]"), "0 or more"),
            (input("FP32", "[1]", "[NaN]"), "element 0"),
            (input("UINT8", "[1]", "[300]"), "0 to 255"), (input("UINT8", "[1]", "[1.5]"), "whole number"),
            (input("BF16", "[1]", "[1]"), "binary"),
            (input("FP32", "[99999999999,99999999999]", "[1]"), "shape"),
            (#"{"inputs":[{"name":"x","datatype":"FP32","shape":[1]}]}"#, "must have data"),
            (
                #"{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]},{"name":"x","datatype":"FP32","shape":[1],"data":[1]}]}"#,
                "twice"
            ),
            (#"{"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]}],"outputs":[{"name":"y"},{"name":"y"}]}"#, "twice"),
            ("[", "object"), ("", "object"),
            (input("FP32", "[1]", "[1]") + "x", "the end"), (input("FP32", "[1]", "\"1\""), "array"),
            (input("FP32", "[1]", "[\"1\"]"), "number"),
        ])
    func mistakes(body: String, expected: String) {
        let fault = #expect(throws: InferenceFault.self) { try parse(body) }
        #expect(fault?.description.contains(expected) == true, "\(fault?.description ?? "")")
    }

    @Test(
        "a number beyond its datatype's range is refused by its element, never made an infinity",
        arguments: [
            ("FP32", "1e400"), ("FP32", "-1e39"), ("FP32", "3.4028236e38"), ("FP64", "1e400"), ("FP64", "-2e333"), ("FP16", "65520"),
            ("FP16", "1e400"),
        ])
    func ranges(datatype: String, number: String) {
        let fault = #expect(throws: InferenceFault.self) { try parse(input(datatype, "[3]", "[1,\(number),2]")) }
        #expect(fault?.description.contains("input x, element 1") == true, "\(fault?.description ?? "")")
        #expect(fault?.description.contains("within the range of \(datatype)") == true, "\(fault?.description ?? "")")
    }

    @Test(
        "the largest numbers of each datatype are taken",
        arguments: [
            ("FP32", "3.4028235e38", 3.4028234663852886e38), ("FP64", "1.7976931348623157e308", 1.7976931348623157e308),
            ("FP16", "65519", 65504),
        ])
    func largest(datatype: String, number: String, value: Double) throws {
        #expect(try parse(input(datatype, "[1]", "[\(number)]")).inputs[0].doubles == [value])
    }

    @Test("binary tensors follow the JSON in the order of the inputs")
    func binary() throws {
        let json =
            #"{"inputs":[{"name":"a","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":8}},{"name":"b","datatype":"INT32","shape":[1],"data":[7]},{"name":"c","datatype":"BYTES","shape":[2],"parameters":{"binary_data_size":11}}]}"#
        let floats: [UInt8] = [0, 0, 128, 63, 0, 0, 0, 64]
        let request = try parse(json, binary: floats + [2, 0, 0, 0, 104, 105, 1, 0, 0, 0, 33])

        #expect(request.inputs[0].elements(as: Float.self) == [1, 2])
        #expect(request.inputs[1].elements(as: Int32.self) == [7])
        #expect(request.inputs[2].strings == [[104, 105], [33]])
    }

    @Test("wrong header lengths and sizes are refused", arguments: ["-1", "x", "99999999999999", "10000", "0"])
    func headers(header: String) {
        #expect(throws: InferenceFault.self) { try parse(input("FP32", "[1]", "[1]"), header: header) }
    }

    @Test("bytes too few, too many or of another size are refused", arguments: [(8, 7), (8, 9), (7, 7), (4, 4)])
    func sizes(declared: Int, sent: Int) {
        let json = #"{"inputs":[{"name":"a","datatype":"FP32","shape":[2],"parameters":{"binary_data_size":\#(declared)}}]}"#
        #expect(throws: InferenceFault.self) { try parse(json, binary: [UInt8](repeating: 0, count: sent)) }
    }

    @Test(
        "a body without JSON is one row of the model's one input",
        arguments: [
            (Interface.Field(name: "x", datatype: "FP32", shape: [-1, 2]), 8, [1, 2]),
            (Interface.Field(name: "x", datatype: "FP32", shape: [-1, -1, 2]), 24, [1, 3, 2]),
            (Interface.Field(name: "x", datatype: "UINT8", shape: [4]), 4, [4]),
            (Interface.Field(name: "x", datatype: "BYTES", shape: [-1, 1]), 5, [1, 1]),
            (Interface.Field(name: "x", datatype: "BYTES", shape: [-1]), 0, [1]),
        ])
    func rawBodies(field: Interface.Field, bytes: Int, shape: [Int]) throws {
        let body = (0..<bytes).map { UInt8($0) }
        let interface = Interface(inputs: [field], outputs: [])
        let request = try body.withUnsafeBufferPointer { try InferenceRequest($0, headerLength: "0", interface: interface) }

        #expect(request.inputs.map(\.shape) == [shape])
        #expect(field.datatype == "BYTES" ? request.inputs[0].strings == [body] : request.inputs[0].raw == body)
        #expect(request.wantsBinary("any"))
    }

    @Test(
        "a body without JSON that cannot be one row is refused",
        arguments: [
            (["FP32"], [-1, 2], 12), (["FP32"], [-1, 2], 16), (["FP32"], [-1, 2], 0), (["FP32"], [-1, -1, -1], 8),
            (["FP32"], [-1, -1, 3], 16),
            (["BYTES"], [-1, 2], 8), (["FP32", "FP32"], [-1, 2], 8), (["BOOL"], [-1, 2], 2), (["FP32"], [-1, 0, -1], 4),
            (["FP32"], [-1, -1], 6),
        ])
    func rawFaults(datatypes: [String], shape: [Int], bytes: Int) {
        let fields = datatypes.enumerated().map { Interface.Field(name: "x\($0)", datatype: $1, shape: shape) }
        let body = [UInt8](repeating: 2, count: bytes)
        let fault = #expect(throws: InferenceFault.self) {
            try body.withUnsafeBufferPointer {
                try InferenceRequest($0, headerLength: "0", interface: Interface(inputs: fields, outputs: []))
            }
        }
        #expect(fault?.description.contains("x0") == true)
    }

    @Test("the limit counts the elements' own bytes, however short they are written")
    func limit() throws {
        let body = Array(input("FP64", "[100]", "[" + [String](repeating: "0", count: 100).joined(separator: ",") + "]").utf8)
        let fault = #expect(throws: InferenceFault.self) { try body.withUnsafeBufferPointer { try InferenceRequest($0, limit: 799) } }
        #expect(fault?.isTooLarge == true)
        #expect(try body.withUnsafeBufferPointer { try InferenceRequest($0, limit: 800) }.inputs[0].count == 100)
    }

    @Test(
        "nested arrays of several lengths, and numbers beside arrays, are refused",
        arguments: ["[[1,2,3],[4]]", "[[1,2],3,4]", "[1,[2,3,4]]", "[[1],[2,3,4]]", "[[],[1,2,3,4]]", "[[[1,2]],[[3],[4]]]"])
    func ragged(data: String) {
        let fault = #expect(throws: InferenceFault.self) { try parse(input("FP32", "[2,2]", data)) }
        #expect(fault?.description.contains("input x") == true)
    }

    @Test("a BOOL is 0 or 1 in raw bytes too")
    func bools() throws {
        let json = #"{"inputs":[{"name":"b","datatype":"BOOL","shape":[2],"parameters":{"binary_data_size":2}}]}"#
        #expect(try parse(json, binary: [0, 1]).inputs[0].raw == [0, 1])
        let fault = #expect(throws: InferenceFault.self) { try parse(json, binary: [0, 2]) }
        #expect(fault?.description.contains("input b, element 1") == true)
    }

    @Test("what an output is asked with is kept, and decides how it comes")
    func outputParameters() throws {
        let request = try parse(
            #"{"parameters":{"binary_data_output":true},"outputs":[{"name":"y","parameters":{"binary_data":false,"classification":3}},{"name":"z"}],"inputs":[{"name":"x","datatype":"FP32","shape":[1],"data":[1]}]}"#
        )
        #expect(request.outputs?[0].parameters["classification"] == 3)
        #expect(["y", "z"].map(request.wantsBinary) == [false, true])
    }

    @Test(
        "the interface refuses what the model must not see",
        arguments: [
            (#"{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[1,2,3]}]}"#, "shape [-1, 2]"),
            (#"{"inputs":[{"name":"z","datatype":"FP32","shape":[1,2],"data":[1,2]}]}"#, "no input z"),
            (#"{"inputs":[{"name":"x","datatype":"FP64","shape":[1,2],"data":[1,2]}]}"#, "datatype FP32"),
            (
                #"{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,17]}]}"#,
                "row 0, element 1 is 17.0; it must lie between 0 and 16"
            ),
            (#"{"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2,-0.5,2]}]}"#, "row 1, element 0 is -0.5"),
            (#"{"inputs":[{"name":"x","datatype":"FP32","shape":[0,2],"data":[]}]}"#, "no row"),
            (#"{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}],"outputs":[{"name":"q"}]}"#, "no output q"),
            (#"{"parameters":{"source":5},"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}"#, "source"),
            (
                #"{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]},{"name":"source","datatype":"BYTES","shape":[2],"data":["a","b"]}]}"#,
                "each of the 1 rows"
            ),
        ])
    func interfaceFaults(body: String, expected: String) throws {
        let request = try parse(body)
        let fault = #expect(throws: InferenceFault.self) { try interface.check(request) }
        #expect(fault?.description.contains(expected) == true, "\(fault?.description ?? "")")
    }

    @Test("context comes for each row or for all, and never reaches the model")
    func context() throws {
        let all = try interface.check(
            try parse(#"{"parameters":{"source":"b"},"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2,3,4]}]}"#))
        let each = try interface.check(
            try parse(
                #"{"inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2,3,4]},{"name":"source","datatype":"BYTES","shape":[2],"data":["a","b"]}]}"#
            ))

        #expect(all.context.mapValues(\.elements) == ["source": ["b", "b"]])
        #expect(each.context.mapValues(\.elements) == ["source": ["a", "b"]])
        #expect(each.inputs.map(\.name) == ["x"])
    }

    @Test("only the parameters are read for the router")
    func scan() throws {
        let body = Array(#"{"inputs":[{"data":[1,2,[3]],"parameters":{"user_id":"inner"}}],"parameters":{"user_id":"u1"},"id":"a"}"#.utf8)
        #expect(body.withUnsafeBufferPointer { InferenceRequest.scanParameters($0) } == ["user_id": "u1"])
        #expect(Array("{".utf8).withUnsafeBufferPointer { InferenceRequest.scanParameters($0) } == nil)
    }

    @Test("data that can be copied as they are are found in the body and in the answer")
    func texts() throws {
        let body =
            #"{"inputs":[{"name":"a","shape":[2],"datatype":"FP32","data": [1, 2.50]},{"name":"b","shape":[1,1],"datatype":"FP32","data":[[1]]},{"name":"c","shape":[2],"datatype":"FP32","data":[1,\#n2]},{"data":[7],"name":"d","shape":[1],"datatype":"FP32"}]}"#
        let request = try parse(body)
        let bytes = Array(body.utf8)

        #expect(request.text(ofInput: "a").map { String(decoding: bytes[$0], as: UTF8.self) } == "[1, 2.50]")
        #expect(["b", "c", "d", "e"].allSatisfy { request.text(ofInput: $0) == nil })

        let outputs = [Tensor(name: "y", shape: [2], floats: [0.5, 2]), Tensor(name: "z", shape: [1], strings: [[97]])]
        var writer = JSONWriter()
        writer.raw("before")
        var found: [Range<Int>] = []
        _ = InferenceResponse(modelName: "m", modelVersion: "1", id: "i", outputs: outputs).write(into: &writer, for: request) {
            found.append($1)
        }
        #expect(found.map { String(decoding: writer.bytes[$0], as: UTF8.self) } == ["[0.5,2]", "[\"a\"]"])
    }

    @Test("an answer is JSON or binary as it was asked for")
    func answers() throws {
        let json = try parse(input("FP32", "[1]", "[1]"))
        var binary = json
        binary.parameters["binary_data_output"] = true
        let response = InferenceResponse(
            modelName: "m", modelVersion: "3", id: "r",
            outputs: [Tensor(name: "y", shape: [2], floats: [0.5, 2]), Tensor(name: "s", shape: [1], strings: [Array("a\"b".utf8)])])

        let text = response.encoded(for: json)
        #expect(
            String(decoding: text.body, as: UTF8.self)
                == #"{"model_name":"m","model_version":"3","id":"r","outputs":[{"name":"y","datatype":"FP32","shape":[2],"data":[0.5,2]},{"name":"s","datatype":"BYTES","shape":[1],"data":["a\"b"]}]}"#
        )
        #expect(text.headerLength == nil)

        let raw = response.encoded(for: binary)
        let length = try #require(raw.headerLength)
        #expect(Array(raw.body[length...]) == [0, 0, 0, 63, 0, 0, 0, 64, 3, 0, 0, 0, 97, 34, 98])
    }
}
