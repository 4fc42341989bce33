import Foundation

/// The folder of sources that a mesh is run from.
enum Checkout {
    /// The nearest folder, upwards from the executable and then from the working directory, that holds `gateway-config`.
    static func root() -> String? {
        let starts = [executableFolder(), FileManager.default.currentDirectoryPath]
        return starts.lazy.compactMap { nearest(holding: "gateway-config/common.cfg", from: $0) }.first
    }

    /// `MESH_STATE`, else `.mesh` in the checkout, else `.mesh` here.
    static func stateFolder() -> String {
        if let state = ProcessInfo.processInfo.environment["MESH_STATE"], !state.isEmpty { return state }
        return (root() ?? FileManager.default.currentDirectoryPath) + "/.mesh"
    }

    /// Where this program lies; the services lie beside it.
    static func executableFolder() -> String {
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    }

    static func nearest(holding name: String, from start: String) -> String? {
        var folder = URL(filePath: start, directoryHint: .isDirectory).standardizedFileURL
        while true {
            if FileManager.default.fileExists(atPath: folder.appending(path: name).path(percentEncoded: false)) {
                let path = folder.path(percentEncoded: false)
                return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
            }
            let parent = folder.deletingLastPathComponent().standardizedFileURL
            guard parent.pathComponents.count < folder.pathComponents.count else { return nil }
            folder = parent
        }
    }
}
