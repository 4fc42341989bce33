import COnnxRuntime

extension Runtime {
    private static let suffix = "ExecutionProvider"

    /// Short names of the execution providers that this build of the library has, the preferred first.
    static func providers(_ table: UnsafeMutableRawPointer) throws(EngineError) -> [String] {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        var count: Int32 = 0
        if let status = mesh_ort_providers(table, &names, &count) { throw EngineError(taking: status, table) }
        defer { mesh_ort_release_providers(table, names, count) }
        return (0..<Int(count)).compactMap { index in names?[index].map { String(cString: $0) } }.map {
            $0.hasSuffix(suffix) ? String($0.dropLast(suffix.count)) : $0
        }
    }

    /// The library's name of a provider; nil for the processor itself, which is always there. One that this build lacks is refused.
    func provider(named name: String) throws(EngineError) -> String? {
        let wanted = name.lowercased()
        if wanted == SessionOptions.cpu { return nil }
        guard let known = providers.first(where: { $0.lowercased() == wanted }) else {
            throw EngineError(
                .provider,
                "execution provider \(name) is not in this build of ONNX Runtime (\(version)); available: \(providers.joined(separator: ", "))"
            )
        }
        return known
    }
}
