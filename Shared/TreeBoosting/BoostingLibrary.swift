import CXGBoost
import Foundation

/// The XGBoost library, opened once for a process.
///
/// `@unchecked Sendable`: the table of functions is never changed after the start, and each fit has matrices and a booster of its own.
public final class BoostingLibrary: @unchecked Sendable {
    /// Version of the library, as "3.2.0".
    public let version: String
    let functions: mesh_xgboost

    /// Opens the library; an OpenMP library beside it, as the wheel brings one, is opened before it. Throws ``BoostingError/library(_:)``.
    public init(path: String) throws(BoostingError) {
        functions = mesh_xgboost_open(path, Self.companion(of: path))
        if let fault = functions.fault { throw .library("\(path): \(String(cString: fault))") }
        var (major, minor, patch) = (Int32(0), Int32(0), Int32(0))
        functions.version(&major, &minor, &patch)
        version = "\(major).\(minor).\(patch)"
    }

    /// Throws what the library says went wrong where the status is not 0.
    func check(_ status: Int32) throws(BoostingError) {
        guard status != 0 else { return }
        let message = functions.last_error().map { String(cString: $0) } ?? "it does not say why"
        // The first line is the reason; below it the library prints a trace of its own stack.
        throw .failed(String(message.prefix { $0 != "\n" }))
    }

    private static func companion(of path: String) -> String? {
        let folder = URL(filePath: path).deletingLastPathComponent()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().first { $0.hasPrefix("libgomp") && $0.contains(".so") }.map { folder.appending(path: $0).path }
    }
}
