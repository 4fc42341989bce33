import Foundation

/// Where the libraries are that are opened at run time.
public enum LibraryPath {
    /// The path in the variable, else the first `.mesh/lib/<name>` found in the working directory or above it; nil when there is none.
    public static func find(
        _ name: String, variable: String, environment: [String: String],
        from folder: URL = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
    ) -> String? {
        if let path = environment[variable], !path.isEmpty { return path }
        var components = folder.standardizedFileURL.pathComponents
        while !components.isEmpty {
            let place = URL(filePath: NSString.path(withComponents: components)).appending(path: ".mesh/lib/" + name).path(
                percentEncoded: false)
            if FileManager.default.fileExists(atPath: place) { return place }
            components.removeLast()
        }
        return nil
    }
}
