import COnnxRuntime

/// Lets another thread end a run.
///
/// `@unchecked Sendable`: the library allows termination from any thread while a run uses the options.
public final class RunCancellation: @unchecked Sendable {
    let options: OpaquePointer
    private let runtime: Runtime

    public init(runtime: Runtime) throws(EngineError) {
        self.runtime = runtime
        var options: OpaquePointer?
        try runtime.check(mesh_ort_create_run_options(runtime.table, &options))
        guard let options else { throw EngineError(.failed, "no run options") }
        self.options = options
    }

    deinit { mesh_ort_release_run_options(runtime.table, options) }

    /// Ends the run at its next node.
    public func cancel() {
        if let status = mesh_ort_terminate(runtime.table, options) { mesh_ort_release_status(runtime.table, status) }
    }
}
