import Foundation

/// Database URLs of libpq.
enum DatabaseURL {
    /// The same database for another role.
    static func forRole(_ role: String, password: String, of url: String) -> String {
        guard var parts = URLComponents(string: url) else { return url }
        // libpq takes user and password from either place; one place is enough.
        parts.queryItems = parts.queryItems?.filter { $0.name != "user" && $0.name != "password" }
        var more = parts.queryItems ?? []
        more += [URLQueryItem(name: "user", value: role), URLQueryItem(name: "password", value: password)]
        parts.queryItems = more
        parts.user = nil
        parts.password = nil
        return parts.string ?? url
    }
}
