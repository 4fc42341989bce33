import Contracts
import Testing

@testable import TrainerService

@Suite("Paths of artifacts")
struct ArtifactPathTests {
    @Test(
        "what leads out of a root, also to a reader that decodes once more, is refused",
        arguments: [
            "..", "a/../b", "a/..", "%2e%2e", "a/%2E%2e/b", "%252e%252e/b", "a/%2fetc", "a/%5c..%5cb", "a\\b", "a//b", ".", "a/./b", "C:/x",
            "c:", "a/\u{0}", "a/\u{1f}b", "a/%00", String(repeating: "n", count: 256), String(repeating: "abcdefghi/", count: 160) + "x",
        ])
    func hostile(path: String) {
        #expect(throws: FieldFault.self) { try ArtifactPath(path) }
    }

    @Test(
        "names that only look odd are taken as they are",
        arguments: ["model+v1.onnx", "a b/ü/図.png", "100%", "50%25", "...", "..a/b..", "a;b=c,d", "#1?", "%zz", "~/x", "ab:c"])
    func odd(path: String) throws {
        let read = try ArtifactPath(path)

        #expect(read.description == path)
    }

    @Test("slashes at the ends say nothing, and the folders of a path are known")
    func folders() throws {
        #expect(try ArtifactPath("/a/b/c.txt").ancestors == ["a", "a/b"])
        #expect(try ArtifactPath("a/") == ArtifactPath("a"))
        #expect(try ArtifactPath("").isRoot)
        #expect(try ArtifactPath("/").isRoot)
        #expect(try ArtifactPath("a").ancestors == [])
    }

    @Test("a path is one of a run, a logged model or a snapshot, or of nothing")
    func roots() throws {
        let snapshot = Digest(of: [1])

        func root(_ path: String) -> ArtifactRoot? { ArtifactRoot.split(path.split(separator: "/").map(String.init))?.root }
        #expect(root("0/abc/artifacts/x") == .run(experiment: "0", run: "abc"))
        #expect(root("12/models/m-1/artifacts") == .model(experiment: "12", model: "m-1"))
        #expect(root("snapshots/\(snapshot.hex)/MLmodel") == .snapshot(snapshot))
        for other in ["", "0", "0/abc", "x/abc/artifacts", "0/ABC/artifacts", "0/abc/files", "snapshots/12", "0/models/m-1/files"] {
            #expect(root(other) == nil, "\(other)")
        }
        for known in [ArtifactRoot.run(experiment: "0", run: "abc"), .model(experiment: "3", model: "m-0a"), .snapshot(snapshot)] {
            #expect(root(known.description) == known)
        }
    }

    @Test("a version's source is read in the forms that clients write, and in no other")
    func sources() throws {
        let run = ArtifactRoot.run(experiment: "0", run: "abc")

        #expect(try ArtifactSource("mlflow-artifacts:/0/abc/artifacts/model") == .place(ArtifactPlace(run, try ArtifactPath("model"))))
        #expect(try ArtifactSource("runs:/abc/model/x") == .run("abc", try ArtifactPath("model/x")))
        #expect(try ArtifactSource("models:/m-0a") == .model("m-0a", try ArtifactPath("")))
        for other in [
            "", "model", "/etc/passwd", "file:///etc/passwd", "s3://bucket/x", "mlflow-artifacts://host/0/abc/artifacts", "runs:/",
            "runs:/../x", "runs:/abc/../../x", "runs:/abc/%2e%2e/x", "mlflow-artifacts:/0/abc/artifacts/../../other", "models:/digits/1",
            "mlflow-artifacts:/nothing", "runs:/abc?x=1", "runs:/abc#x",
        ] {
            #expect(throws: FieldFault.self, "\(other)") { try ArtifactSource(other) }
        }
    }
}
