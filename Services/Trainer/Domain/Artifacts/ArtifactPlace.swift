import Contracts

/// A file or folder of artifacts: a root and a path below it.
struct ArtifactPlace: Sendable, Hashable {
    let root: ArtifactRoot
    let path: ArtifactPath

    init(_ root: ArtifactRoot, _ path: ArtifactPath) {
        self.root = root
        self.path = path
    }

    /// Reads the path of a request. Throws a fault of the field `path`.
    init(names: [String]) throws(FieldFault) {
        let whole = try ArtifactPath(names: names)
        guard let (root, rest) = ArtifactRoot.split(whole.names) else {
            throw FieldFault(
                "path",
                expected: "<experiment>/<run>/artifacts/… or <experiment>/models/<model>/artifacts/…")
        }
        self.init(root, try ArtifactPath(names: Array(rest)))
    }

    /// The place of a name in this folder.
    func appending(_ name: String) throws(FieldFault) -> ArtifactPlace {
        ArtifactPlace(root, try path.appending(name))
    }
}
