import Contracts

/// What a folder of artifacts belongs to.
enum ArtifactRoot: Sendable, Hashable, CustomStringConvertible {
    case run(experiment: String, run: String)
    case model(experiment: String, model: String)
    /// Artifacts as they were; they do not change any more.
    case snapshot(Digest)

    /// How the root is written in paths, and how rows name it.
    var description: String {
        switch self {
        case .run(let experiment, let run): "\(experiment)/\(run)/artifacts"
        case .model(let experiment, let model): "\(experiment)/models/\(model)/artifacts"
        case .snapshot(let id): "snapshots/\(id.hex)"
        }
    }

    /// The address that MLflow's clients resolve against their tracking server.
    var uri: String { "mlflow-artifacts:/" + description }

    var isWritable: Bool {
        if case .snapshot = self { false } else { true }
    }

    /// The MLflow run that the artifacts are of.
    var run: String? {
        if case .run(_, let run) = self { run } else { nil }
    }

    /// Splits a path into root and rest; nil when it starts with no root.
    static func split(_ names: [String]) -> (root: ArtifactRoot, rest: ArraySlice<String>)? {
        if names.first == "snapshots", names.count >= 2, let id = Digest("sha256:" + names[1]) {
            return (.snapshot(id), names.dropFirst(2))
        }
        guard let experiment = names.first, isNumber(experiment) else { return nil }
        if names.count >= 4, names[1] == "models", isID(names[2]), names[3] == "artifacts" {
            return (.model(experiment: experiment, model: names[2]), names.dropFirst(4))
        }
        if names.count >= 3, isID(names[1]), names[2] == "artifacts" {
            return (.run(experiment: experiment, run: names[1]), names.dropFirst(3))
        }
        return nil
    }

    /// Whether a text can be the id of a run or a logged model.
    static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
    }

    private static func isNumber(_ text: String) -> Bool {
        (1...19).contains(text.utf8.count)
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
