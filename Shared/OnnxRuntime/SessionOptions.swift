import COnnxRuntime

/// How a model is run.
public struct SessionOptions: Sendable, Hashable {
    /// How far the engine rewrites the graph before it runs it.
    public enum Optimisation: Int32, Sendable, Hashable, CaseIterable {
        case none = 0
        case basic = 1
        case extended = 2
        case all = 99
    }

    /// Threads within one operation. One: callers bring the parallelism.
    public var intraOpThreads = 1
    /// Threads between operations; more than one makes independent operations run at once.
    public var interOpThreads = 1
    /// Whether idle threads of the engine burn their core.
    public var spins = false
    public var optimisation = Optimisation.all
    /// Whether the engine remembers the memory that each shape takes: it never forgets one, so this is for models of fixed shapes.
    public var memoryPattern = false
    /// Whether the engine keeps memory that it has used for the next run.
    public var arena = true
    /// An execution provider by its short name, in any case, as `cpu`.
    public var provider = "cpu"

    public init() {}
}

extension SessionOptions {
    static let cpu = "cpu"

    /// Makes the engine's own options; the caller releases them.
    func make(_ runtime: Runtime) throws(EngineError) -> OpaquePointer {
        let provider = try runtime.provider(named: provider)
        let table = runtime.table
        var created: OpaquePointer?
        try runtime.check(mesh_ort_create_options(table, &created))
        guard let options = created else { throw EngineError(.failed, "no session options") }
        do throws(EngineError) {
            try runtime.check(mesh_ort_set_threads(table, options, Int32(clamping: intraOpThreads), Int32(clamping: interOpThreads)))
            try runtime.check(mesh_ort_set_execution(table, options, optimisation.rawValue, interOpThreads > 1 ? 1 : 0))
            try runtime.check(mesh_ort_set_memory(table, options, memoryPattern ? 1 : 0, arena ? 1 : 0))
            for key in ["session.intra_op.allow_spinning", "session.inter_op.allow_spinning"] {
                try runtime.check(mesh_ort_set_config(table, options, key, spins ? "1" : "0"))
            }
            if let provider { try append(provider, to: options, runtime) }
        } catch {
            mesh_ort_release_options(table, options)
            throw error
        }
        return options
    }

    private func append(_ provider: String, to options: OpaquePointer, _ runtime: Runtime) throws(EngineError) {
        guard let status = mesh_ort_append_provider(runtime.table, options, provider) else { return }
        throw EngineError(.provider, "execution provider \(provider): \(EngineError(taking: status, runtime.table).description)")
    }
}
