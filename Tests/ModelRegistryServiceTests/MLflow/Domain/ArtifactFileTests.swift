import Contracts
import Testing

@testable import ModelRegistryService

@Suite("The file of a version that can be served")
struct ArtifactFileTests {
    @Test(
        "is the only ONNX file, or the one called model.onnx",
        arguments: [
            (["MLmodel", "model.onnx"], "model.onnx"), (["a/net.ONNX"], "a/net.ONNX"), (["model.onnx", "other.onnx"], "model.onnx"),
            (["a/model.onnx", "b.onnx"], "a/model.onnx"), (["a.onnx", "b.onnx"], nil), (["a/model.onnx", "b/model.onnx"], nil),
            (["model.pkl"], nil), ([], nil), (["model.onnx.data"], nil),
        ] as [([String], String?)])
    func choice(paths: [String], chosen: String?) {
        let files = paths.map { ArtifactFile(path: $0, digest: Digest(of: Array($0.utf8)), bytes: 1) }

        #expect(ArtifactFile.servable(files)?.path == chosen)
    }
}
