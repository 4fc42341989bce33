import Contracts
import Foundation
import Tables
import Tensors
import Testing

@Suite("Rows of a file as tensors")
struct RowSliceTests {
    static let pixels = Interface.Field(name: "pixels", datatype: "FP32", shape: [-1, 2, 2], minimum: 0, maximum: 16)

    private func field(_ name: String, _ datatype: String, _ shape: [Int], minimum: Double? = nil, maximum: Double? = nil) throws
        -> TensorField
    {
        try #require(TensorField(.init(name: name, datatype: datatype, shape: shape, minimum: minimum, maximum: maximum)))
    }

    /// All slices of a file, normalised first.
    private func slices(
        _ text: String, _ format: TableFormat, _ fields: [TensorField], rows: Int = 1024, reserved: Set<String> = []
    ) async throws -> (slices: [RowSlice], columns: [RowSource.Column]) {
        try await withEngine(limits: .init(threads: 1)) { engine, folder in
            let file = folder.appending(path: "in")
            try Data(text.utf8).write(to: file)
            let source = try await RowSource.open(engine, file: file, format: format)
            let projection = try await RowProjection(source.columns, fields: fields, reserved: reserved).typed(from: source.relation) {
                try await engine.query($0)
            }
            let normal = folder.appending(path: "normal.parquet")
            let count = try await engine.write(query: projection.normalised(source.relation), to: normal, options: ["FORMAT parquet"])
            let again = try await RowSource.open(engine, file: normal, format: .parquet)
            let own = try RowProjection(again.columns, fields: fields, reserved: reserved)
            var all: [RowSlice] = []
            for try await slice in engine.slices(own.inputs(of: again, 0..<count), fields: fields, rows: rows) { all.append(slice) }
            return (all, again.columns)
        }
    }

    @Test("a CSV cell holds a JSON array, flat or nested; bad rows are told apart with their reason")
    func arrays() async throws {
        let text = """
            id,pixels
            a,"[1, 2, 3, 4]"
            b,"[[1, 2], [3, 4.5]]"
            c,"[1, 2, 3]"
            d,"[1, x, 3, 4]"
            e,
            f,"[1, 2, 3, 17]"
            g,"[1, null, 3, 4]"
            h,"[[1, 2, 3], [4]]"
            i,nonsense
            """

        let (slices, columns) = try await slices(text, .csv, [field("pixels", "FP32", [-1, 2, 2], minimum: 0, maximum: 16)])

        let slice = try #require(slices.first)
        #expect(slice.count == 9 && slice.batches.count == 1)
        #expect(slice.batches[0].places == [0, 1])
        #expect(slice.batches[0].inputs[0].shape == [2, 2, 2])
        #expect(slice.batches[0].inputs[0].elements(as: Float.self) == [1, 2, 3, 4, 1, 2, 3, 4.5])
        #expect(
            slice.faults == [
                2: "input pixels has 3 elements, expected 4", 3: "input pixels is missing or not of its type",
                4: "input pixels is missing or not of its type", 5: "input pixels, element 3 must lie between 0 and 16",
                6: "input pixels, element 1 is missing or no FP32", 7: "input pixels is missing or not of its type",
                8: "input pixels is missing or not of its type",
            ])
        #expect(columns.map(\.name) == ["pixels", "id"])
    }

    @Test("numbered columns are one input, and rows that are all well come as one tensor a slice")
    func numberedColumns() async throws {
        let lines = (0..<5000).map { "\($0),\($0 % 7),0.5" }
        let text = (["n,x.0,x.1"] + lines).joined(separator: "\n")

        let slices = try await slices(text, .csv, [field("x", "FP64", [-1, 2])], rows: 1000).slices

        #expect(slices.map(\.count).reduce(0, +) == 5000)
        #expect(slices.allSatisfy { $0.count <= 1000 && $0.faults.isEmpty && $0.batches.count == 1 && $0.batches[0].places == nil })
        let values = slices.flatMap { $0.batches[0].inputs[0].elements(as: Double.self) }
        #expect(values == (0..<5000).flatMap { [Double($0 % 7), 0.5] })
        #expect(slices.first?.first == 0 && zip(slices, slices.dropFirst()).allSatisfy { $0.first + $0.count == $1.first })
    }

    @Test("JSON lines hold every datatype; whole numbers are exact and never rounded")
    func datatypes() async throws {
        let text = """
            {"big": [9007199254740993], "flag": [true, false], "word": "hé", "small": [255, 0]}
            {"big": [1.5], "flag": [true, false], "word": "x", "small": [1, 2]}
            {"big": [2], "flag": [true, false], "word": "y", "small": [256, 0]}
            {"big": 3, "flag": [true, true], "word": ["z"], "small": [3, 4]}
            """
        let fields = [
            try field("big", "INT64", [-1, 1]), try field("flag", "BOOL", [-1, 2]), try field("word", "BYTES", [-1]),
            try field("small", "UINT8", [-1, 2]),
        ]

        let slice = try #require(try await slices(text, .jsonl, fields).slices.first)

        let inputs = slice.batches[0].inputs
        #expect(slice.batches[0].places == [0, 3])
        #expect(inputs[0].elements(as: Int64.self) == [9_007_199_254_740_993, 3])
        #expect(inputs[1].raw == [1, 0, 1, 1])
        #expect(inputs[2].strings == [Array("hé".utf8), Array("z".utf8)])
        #expect(inputs[3].raw == [255, 0, 3, 4])
        #expect(slice.faults[1] == "input big, element 0 is missing or no INT64")
        #expect(slice.faults[2] == "input small, element 0 is missing or no UINT8")
    }

    @Test("rows of different lengths go in batches of one length")
    func variableLengths() async throws {
        let text = """
            {"tokens": [1, 2]}
            {"tokens": [3]}
            {"tokens": [4, 5]}
            {"tokens": []}
            """

        let slice = try #require(try await slices(text, .jsonl, [field("tokens", "INT64", [-1, -1])]).slices.first)

        #expect(slice.batches.map(\.places) == [[0, 2], [1]])
        #expect(slice.batches.map { $0.inputs[0].shape } == [[2, 2], [1, 1]])
        #expect(slice.batches[0].inputs[0].elements(as: Int64.self) == [1, 2, 4, 5])
        #expect(slice.faults == [3: "input tokens has 0 elements, expected a multiple of 1 above 0"])
    }

    @Test("a file that cannot be read says where")
    func unreadable() async throws {
        func reason(_ text: String, _ format: TableFormat) async -> String? {
            do {
                _ = try await slices(text, format, [field("x", "FP32", [-1])])
                return nil
            } catch { return (error as? TableError)?.readable.description }
        }

        #expect(await reason("id,x\na,1\nb,2,3\n", .csv) == "line 3: 3 columns where the first line names 2")
        #expect(await reason("id,x\na,\"1\nb,2\n", .csv) == "line 2: a quoted value does not end, or something follows its end")
        #expect(await reason("id,id\na,1\n", .csv) == "line 1: column id is there twice")
        #expect(await reason("id,y\na,1\n", .csv) == "there is no column for input x: the columns are id, y")
        #expect(await reason("", .csv) == "the file is empty: its first line names the columns")
        #expect(await reason("{\"x\": 1}\n{\"x\": 2\n{\"x\": 3}\n", .jsonl)?.hasPrefix("line 2, byte") == true)
        #expect(await reason("PAR1 nonsense", .parquet) == "the file is no Parquet file")
    }

    @Test("rows of many elements are read nested as they are flat, and refused where the lists are not as many as the shape says")
    func largeRows() async throws {
        let numbers = (0..<8192).map { "\($0 % 9).5" }
        let nested = [numbers[..<4096], numbers[4096...]].map { "[" + $0.joined(separator: ",") + "]" }.joined(separator: ",")
        let flat = numbers.joined(separator: ",")
        let text = "{\"x\": [\(nested)]}\n{\"x\": [\(flat)]}\n{\"x\": [[\(flat)]]}\n"

        let slice = try #require(try await slices(text, .jsonl, [field("x", "FP32", [-1, 2, 4096])]).slices.first)

        #expect(slice.batches[0].places == [0, 1] && slice.faults.count == 1)
        let expected = (0..<8192).map { Float($0 % 9) + 0.5 }
        #expect(slice.batches[0].inputs[0].elements(as: Float.self) == expected + expected)
    }

    @Test("other columns are carried along with their types; names of outputs are kept free")
    func carried() async throws {
        let text = """
            {"x": 1, "id": "a", "n": 1, "label": "t", "mixed": 1, "when": "2024-01-02T03:04:05Z"}
            {"x": 2, "id": "b", "n": 2, "label": "u", "mixed": "s"}
            """

        let columns = try await slices(text, .jsonl, [field("x", "FP32", [-1])], reserved: ["row", "label", "error"]).columns

        let types = Dictionary(uniqueKeysWithValues: columns.map { ($0.name, $0.type) })
        #expect(types == ["x": "FLOAT[]", "id": "VARCHAR", "n": "UBIGINT", "input.label": "VARCHAR", "mixed": "JSON", "when": "VARCHAR"])
    }

    @Test("predictions are written beside what is carried, in order, with reasons where there are none")
    func predictions() async throws {
        try await withEngine(limits: .init(threads: 1)) { engine, folder in
            let file = folder.appending(path: "in.csv")
            try Data("id,x\na,1\nb,z\nc,3\n".utf8).write(to: file)
            let fields = [try field("x", "FP32", [-1])]
            let source = try await RowSource.open(engine, file: file, format: .csv)
            let projection = try RowProjection(source.columns, fields: fields, reserved: [])
            let normal = folder.appending(path: "normal.parquet")
            try await engine.write(query: projection.normalised(source.relation), to: normal, options: ["FORMAT parquet"])
            let again = try await RowSource.open(engine, file: normal, format: .parquet)
            let own = try RowProjection(again.columns, fields: fields, reserved: [])
            let outputs = [
                OutputField(name: "label", datatype: .int64, isList: false), OutputField(name: "p", datatype: .fp32, isList: true),
                OutputField(name: "word", datatype: .bytes, isList: false),
            ]
            let batch = PredictedSlice.Batch(
                places: [0, 2],
                outputs: [
                    Tensor(name: "label", shape: [2], integers: [7, 9]), Tensor(name: "p", shape: [2, 2], floats: [0.1, 0.9, .nan, 1]),
                    Tensor(name: "word", shape: [2], strings: [Array("w\"1".utf8), Array("w3".utf8)]),
                ])
            let slice = PredictedSlice(first: 0, count: 3, batches: [batch], faults: [1: "bad"])

            let part = folder.appending(path: "part.parquet")
            try await engine.write(
                [slice], outputs: outputs, query: own.joined(of: again, 0..<3, outputs: outputs), to: part, options: ["FORMAT parquet"])
            let columns = try await RowSource.open(engine, file: part, format: .parquet).columns
            var texts: [TableFormat: String] = [:]
            for format in [TableFormat.csv, .jsonl] {
                let out = folder.appending(path: "out.\(format)")
                try await engine.write(
                    query: RowExport(columns: columns, parts: [part]).query(as: format), to: out, options: RowExport.options(format))
                texts[format] = try String(contentsOf: out, encoding: .utf8)
            }

            #expect(
                texts[.csv] == """
                    row,id,label,p,word,error
                    0,a,7,"[0.1, 0.9]","w""1",
                    1,b,,,,bad
                    2,c,9,"[null, 1.0]",w3,

                    """)
            #expect(
                texts[.jsonl] == """
                    {"row":0,"id":"a","label":7,"p":[0.1,0.9],"word":"w\\"1","error":null}
                    {"row":1,"id":"b","label":null,"p":null,"word":null,"error":"bad"}
                    {"row":2,"id":"c","label":9,"p":[null,1.0],"word":"w3","error":null}

                    """)
        }
    }
}
