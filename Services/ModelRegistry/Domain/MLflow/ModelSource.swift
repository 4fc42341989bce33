import Contracts
import Foundation
import MLflow

/// Where a version's artifacts come from.
enum ModelSource: Sendable, Hashable {
    /// A folder that the trainer keeps: of a run, of a logged model, or a snapshot.
    case artifacts(String)
    /// A version of a registered model.
    case version(model: String, version: String)
    /// A prompt has no artifacts.
    case prompt

    private static let promptPlaceholders: Set<String> = ["prompt-template", "dummy-source"]

    /// Reads a source. Throws `INVALID_PARAMETER_VALUE` for a local path and for what climbs out of its folder.
    init(_ text: String, isPrompt: Bool) throws(MLflowError) {
        if isPrompt {
            guard Self.promptPlaceholders.contains(text) else {
                throw .invalid("Invalid prompt source: '\(text)'. Prompt sources must use an MLflow placeholder.")
            }
            self = .prompt
            return
        }
        guard let scheme = text.firstIndex(of: ":").map({ String(text[..<$0]).lowercased() }), text.hasPrefix("\(scheme):/"),
            Self.isPlain(text)
        else { throw Self.refusal(text) }
        switch scheme {
        case "mlflow-artifacts", "runs": self = .artifacts(text)
        case "models": self = try Self.model(text)
        default: throw Self.refusal(text)
        }
    }

    /// `models:/m-…` is a logged model, `models:/name/1` and `models:/name@alias` are versions.
    private static func model(_ text: String) throws(MLflowError) -> ModelSource {
        let parts = text.dropFirst("models:/".count).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2, !parts[0].isEmpty, Int32(parts[1]) != nil { return .version(model: parts[0], version: parts[1]) }
        guard parts.count == 1, parts[0].wholeMatch(of: /m-[0-9a-f]{32}/) != nil else { throw refusal(text) }
        return .artifacts(text)
    }

    /// Whether no part of a path leads upwards, also when it is percent-encoded once more.
    private static func isPlain(_ text: String) -> Bool {
        var path = text
        for _ in 0..<8 {
            guard let decoded = path.removingPercentEncoding else { return false }
            if decoded == path { break }
            path = decoded
        }
        let hasWayUp = path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).contains("..")
        return !hasWayUp && !path.unicodeScalars.contains { $0.value < 32 || $0 == "?" || $0 == "#" }
    }

    static func refusal(_ text: String) -> MLflowError {
        .invalid(
            "Invalid model version source: '\(text)'. Expected artifacts of this server: mlflow-artifacts:/…, runs:/<run>/<path>, "
                + "models:/m-… or models:/<name>/<version>, without relative paths.")
    }
}
