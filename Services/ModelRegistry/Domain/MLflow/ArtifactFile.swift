import Contracts

/// A file of a version, as it was when the version was made.
struct ArtifactFile: Sendable, Hashable, Codable {
    let path: String
    let digest: Digest
    let bytes: Int

    /// The one file that the mesh can serve: the only ONNX file, or the one that is called model.onnx. Nil where there is none, or no
    /// telling which.
    static func servable(_ files: [ArtifactFile]) -> ArtifactFile? {
        let models = files.filter { $0.path.lowercased().hasSuffix(".onnx") }
        if models.count == 1 { return models.first }
        let named = models.filter { $0.path == "model.onnx" || $0.path.hasSuffix("/model.onnx") }
        return named.count == 1 ? named.first : nil
    }
}
