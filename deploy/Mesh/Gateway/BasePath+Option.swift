import ArgumentParser
import Contracts
import Settings

extension BasePath {
    /// What `--base-path` says: an empty text for none.
    static func option(_ text: String) throws -> BasePath? {
        guard !text.isEmpty else { return nil }
        if let fault = fault(in: text, routes: Set(RouteTable.all.compactMap(\.segments.first))) {
            throw ValidationError("--base-path \(fault)")
        }
        return BasePath(rawValue: text)
    }
}
