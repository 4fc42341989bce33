import HTTPTypes
import Settings

/// The address under which a client has reached the mesh, as the request shows it: it is given back to that client alone.
struct PublicAddress: Sendable, Hashable {
    let url: String

    /// - Parameter host: of the request, with its port.
    init(_ headers: HTTPFields, host: String?) {
        let scheme =
            Self.first(headers, "x-forwarded-proto").flatMap { $0 == "https" ? "https" : nil } ?? "http"
        let given = Self.first(headers, "x-forwarded-host") ?? host ?? ""
        let name = Self.isHost(given) ? given : "localhost"
        let prefix = Self.first(headers, "x-forwarded-prefix").flatMap { BasePath(rawValue: $0) }
        url = "\(scheme)://\(name)\(prefix?.rawValue ?? "")"
    }

    private static func first(_ headers: HTTPFields, _ name: String) -> String? {
        HTTPField.Name(name).flatMap { headers[$0] }?.split(separator: ",").first?.trimmingPrefix(" ")
            .description
    }

    /// A name or address, and a port.
    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255
            && text.utf8.allSatisfy { byte in
                byte > 32 && byte < 127 && !"/\\?#@\"'<>".utf8.contains(byte)
            }
    }
}
