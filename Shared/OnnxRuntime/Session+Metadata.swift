import COnnxRuntime

extension Session {
    static func metadata(_ runtime: Runtime, _ session: OpaquePointer) throws(EngineError) -> ModelMetadata {
        var opened: OpaquePointer?
        try runtime.check(mesh_ort_metadata_of(runtime.table, session, &opened))
        defer { mesh_ort_release_metadata(runtime.table, opened) }
        func text(_ which: mesh_ort_text) throws(EngineError) -> String {
            var text: UnsafeMutablePointer<CChar>?
            try runtime.check(mesh_ort_metadata_text(runtime.table, opened, runtime.allocator, which, &text))
            return runtime.take(text)
        }
        var metadata = ModelMetadata()
        metadata.producer = try text(mesh_ort_producer)
        metadata.graph = try text(mesh_ort_graph)
        metadata.domain = try text(mesh_ort_domain)
        metadata.description = try text(mesh_ort_description)
        try runtime.check(mesh_ort_metadata_version(runtime.table, opened, &metadata.version))
        metadata.custom = try custom(runtime, opened)
        return metadata
    }

    private static func custom(_ runtime: Runtime, _ metadata: OpaquePointer?) throws(EngineError) -> [String: String] {
        var keys: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        var count: Int64 = 0
        try runtime.check(mesh_ort_metadata_keys(runtime.table, metadata, runtime.allocator, &keys, &count))
        guard let keys else { return [:] }
        defer { mesh_ort_free(runtime.table, runtime.allocator, keys) }
        var custom: [String: String] = [:]
        for index in 0..<Int(count) {
            var value: UnsafeMutablePointer<CChar>?
            let status = mesh_ort_metadata_value(runtime.table, metadata, runtime.allocator, keys[index], &value)
            let key = runtime.take(keys[index])
            try runtime.check(status)
            custom[key] = runtime.take(value)
        }
        return custom
    }
}
