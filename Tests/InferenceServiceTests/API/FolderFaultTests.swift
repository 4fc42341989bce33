import Contracts
import Foundation
import ONNX
import ServiceTestSupport
import TestSupport
import Testing

@testable import InferenceService

@Suite("A folder with faults", .serialized)
struct FolderFaultTests {
    @Test("at the start the newest version that is a model serves, and it is said of which it takes the place")
    func newestGood() async throws {
        try await withFolder { folder in
            try folder.put(try SampleModel.bytes(1), "digits", 1)
            try folder.put(try SampleModel.bytes(2), "digits", 2)
            try folder.put(Array("no model".utf8), "digits", 3)
            try folder.put(Array("no model either".utf8), "digits", 4)
            try await folder.running { probe in
                #expect(try await probe.answer("digits") == .version(2))
                #expect(try await probe.answer("digits", version: "4") == .status(503))
                let ready = try await probe.send("GET", "/v2/models/digits/ready")
                #expect(ready.json["reason"]?.stringValue?.hasPrefix("version 2 serves as champion, since version 4 was refused") == true)
                try folder.put(try SampleModel.bytes(5), "digits", 4)
                try await eventually { try await probe.answer("digits") == .version(5) ? nil : "the old one" }
            }
        }
    }

    @Test("a model behind a symbolic link is loaded anew when what the link leads to changes")
    func links() async throws {
        try await withFolder { folder in
            let data = folder.root.appending(path: "data")
            try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
            try Data(try SampleModel.bytes(1)).write(to: data.appending(path: "a.onnx"))
            let place = folder.models.appending(path: "digits/1")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                at: place.appending(path: "model.onnx"), withDestinationURL: data.appending(path: "a.onnx"))
            try await folder.running { probe in
                #expect(try await probe.answer("digits") == .version(1))
                try Data(try SampleModel.bytes(2)).write(to: data.appending(path: "a.onnx"), options: .atomic)
                try await eventually { try await probe.answer("digits") == .version(2) ? nil : "the old one" }
            }
        }
    }

    @Test("a file that is written in place while it is looked at ends nothing, and is served when it is whole")
    func writtenInPlace() async throws {
        try await withFolder { folder in
            try folder.put(try SampleModel.bytes(1), "digits", 1)
            let path = folder.models.appending(path: "digits/1/model.onnx").path
            let opener = ModelOpener(runtime: try EngineLibrary.runtime(), blobs: nil, statistics: StatisticsTable())
            let source = FolderSource(folder: folder.models.path, opener: opener, queue: 8, logger: quiet)
            let isOver = Recorder(false)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let filler = Data(count: 8 << 20)
                    for _ in 0..<40 {
                        let file = try FileHandle(forWritingTo: URL(filePath: path))
                        try file.truncate(atOffset: 0)
                        try file.write(contentsOf: filler)
                        try file.close()
                    }
                    isOver.change { $0 = true }
                }
                group.addTask { while !isOver.value { source.look() } }
                try await group.waitForAll()
            }
            try Data(try SampleModel.bytes(3)).write(to: URL(filePath: path))
            source.look()
            let model = try #require(source.declared()?["digits"]?.standard)
            #expect(model.digest == Digest(of: try SampleModel.bytes(3)))
            #expect(model.interface.inputs.map(\.name) == ["pixels"])
        }
    }

    @Test("a convolution without padding over images of any size is tried with sizes on which it runs, and one that fits none is served")
    func imagesOfAnySize() async throws {
        func convolution(_ side: Int) throws -> [UInt8] {
            var graph = GraphBuilder(name: "valid")
            graph.input("image", .float, shape: [-1, 1, -1, -1])
            graph.output("planes", .float, shape: [-1, 1, -1, -1])
            let kernel = graph.floats([Float](repeating: 1, count: side * side), shape: [1, 1, side, side])
            graph.node("Conv", ["image", kernel], to: ["planes"])
            return try graph.model().bytes()
        }
        try await withFolder { folder in
            try folder.put(try convolution(3), "valid", 1)
            try folder.put(try convolution(300), "large", 1)
            try await folder.running { probe in
                let index = try await probe.index()
                #expect(index == ["valid/1": "READY ", "large/1": "READY "])
                let answer = try await AnyModelTests.infer(
                    probe, "valid",
                    #"{"name":"image","datatype":"FP32","shape":[1,1,4,4],"data":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}"#)
                #expect(AnyModelTests.shape(answer, "planes") == [1, 1, 2, 2])
                #expect(AnyModelTests.data(answer, "planes")?.arrayValue?.compactMap(\.doubleValue) == [9, 9, 9, 9])
                let small = try await AnyModelTests.infer(
                    probe, "large", #"{"name":"image","datatype":"FP32","shape":[1,1,1,1],"data":[1]}"#)
                #expect(small.status == 400)
            }
        }
    }

    @Test("an input without rows, as a threshold is, has a size of its own")
    func threshold() async throws {
        try await withFolder { folder in
            var graph = GraphBuilder(name: "scaled")
            graph.input("x", .float, shape: [-1, 2])
            graph.input("factor", .float, shape: [1])
            graph.output("y", .float, shape: [-1, 2])
            graph.node("Mul", ["x", "factor"], to: ["y"])
            try folder.put(try graph.model().bytes(), "scaled", 1)
            try await folder.running { probe in
                let answer = try await AnyModelTests.infer(
                    probe, "scaled",
                    #"{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2,3,4]},{"name":"factor","datatype":"FP32","shape":[1],"data":[3]}"#
                )
                #expect(AnyModelTests.data(answer, "y")?.arrayValue?.compactMap(\.doubleValue) == [3, 6, 9, 12], "\(answer.text)")
            }
        }
    }
}
