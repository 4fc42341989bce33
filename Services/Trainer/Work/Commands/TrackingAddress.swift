import Foundation

/// Where programs reach MLflow's API.
struct TrackingAddress: Sendable, Hashable {
    /// As `http://127.0.0.1:8080/base/mlflow`.
    let uri: String
    let host: String
    let port: Int

    /// Nil for what is no absolute URL.
    init?(_ uri: String) {
        guard let url = URL(string: uri), let host = url.host(), let scheme = url.scheme else { return nil }
        self.uri = uri
        self.host = host
        port = url.port ?? (scheme == "https" ? 443 : 80)
    }

    /// The address as a program sees it that reaches nothing but a relay on its own loopback address.
    ///
    /// Nil for HTTPS: the server's certificate would not be one for the loopback address.
    func behind(relay port: Int) -> String? {
        guard let url = URL(string: uri), url.scheme == "http" else { return nil }
        return "http://127.0.0.1:\(port)" + url.path()
    }
}
