import COnnxRuntime

/// Why the engine did not do something, in its own words.
public struct EngineError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// The library cannot be used.
        case library
        /// The model is not one that the engine takes.
        case model
        /// The inputs are not what the model takes.
        case input
        /// This build of the library lacks the execution provider.
        case provider
        /// The model does not answer row by row, so rows of several requests cannot be run as one.
        case notBatchable
        /// The run was cancelled.
        case cancelled
        /// The engine failed.
        case failed
    }

    public let kind: Kind
    public let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// Takes over a status, which is released.
    init(taking status: OpaquePointer, _ table: UnsafeMutableRawPointer) {
        let code = mesh_ort_code(table, status)
        let message = mesh_ort_message(table, status).map { String(cString: $0) } ?? ""
        description = message
        // The library's codes: 2 invalid argument, 3 no such file, 7 invalid protobuf, 9 not implemented, 10 invalid graph.
        kind =
            switch code {
            case 2: .input
            case 3, 7, 9, 10: .model
            default: message.contains("terminate flag") ? .cancelled : .failed
            }
        mesh_ort_release_status(table, status)
    }
}
