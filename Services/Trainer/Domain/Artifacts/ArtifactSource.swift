import Contracts

/// Where a version's artifacts come from, as clients write it.
enum ArtifactSource: Sendable, Hashable {
    case place(ArtifactPlace)
    /// Below the artifacts of a run whose experiment the client did not say.
    case run(String, ArtifactPath)
    /// A logged model.
    case model(String, ArtifactPath)

    /// Reads `mlflow-artifacts:/…`, `runs:/<run>/<path>` and `models:/m-…`. Throws a fault of the field `source`.
    init(_ text: String) throws(FieldFault) {
        do {
            self = try Self.read(text)
        } catch {
            throw FieldFault(
                "source",
                expected:
                    "mlflow-artifacts:/<experiment>/<run>/artifacts/…, runs:/<run>/<path> or models:/<logged model>, with no '..'"
            )
        }
    }

    private static func read(_ text: String) throws(FieldFault) -> ArtifactSource {
        let unreadable = FieldFault("source", expected: "")
        guard let colon = text.firstIndex(of: ":") else { throw unreadable }
        let rest = text[text.index(after: colon)...]
        // Two slashes would start a host: artifacts of another server are not ours to keep.
        guard rest.hasPrefix("/"), !rest.hasPrefix("//") || rest.hasPrefix("///"), !rest.contains("?"),
            !rest.contains("#")
        else {
            throw unreadable
        }
        let path = try ArtifactPath(String(rest))
        guard let first = path.names.first else { throw unreadable }
        let below = try ArtifactPath(names: Array(path.names.dropFirst()))
        switch text[..<colon] {
        case "mlflow-artifacts": return .place(try ArtifactPlace(names: path.names))
        case "runs" where ArtifactRoot.isID(first): return .run(first, below)
        case "models" where first.hasPrefix("m-") && ArtifactRoot.isID(first):
            return .model(first, below)
        default: throw unreadable
        }
    }
}
