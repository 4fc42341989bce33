import Contracts
import Cryptography
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore

/// The console: a page with its script and its style, carried in the binary.
struct ConsoleRoutes: Sendable {
    private struct File: Sendable {
        let type: String
        let bytes: [UInt8]
        let tag: String

        init(_ type: String, _ bytes: [UInt8]) {
            self.type = type
            self.bytes = bytes
            tag = "\"" + hexadecimal(SHA256.digest(bytes).prefix(16)) + "\""
        }
    }

    /// Nothing but what this host serves; no inline script, no frame around it.
    private static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private let page = File("text/html; charset=utf-8", PackageResources.console_html)
    private let files = [
        "console.js": File("text/javascript; charset=utf-8", PackageResources.console_js),
        "console.css": File("text/css; charset=utf-8", PackageResources.console_css),
    ]

    func add(to router: Router<ServiceContext>) {
        router.get("/console/") { request, _ in answer(page, request) }
        router.get("/console/{file}") { request, context in
            let name = try context.parameter("file")
            guard let file = files[name] else { throw Problem(.notFound, "The console has no file \(name).") }
            return answer(file, request)
        }
    }

    /// Kept by the browser and asked for each time: a new release shows at once, an old one costs no bytes.
    private func answer(_ file: File, _ request: Request) -> Response {
        var headers: HTTPFields = [.cacheControl: "no-cache", .eTag: file.tag, .xContentTypeOptions: "nosniff"]
        headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
        let known = request.headers[.ifNoneMatch]?.split(separator: ",").map { $0.filter { $0 != " " } } ?? []
        if known.contains(file.tag) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = file.type
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: file.bytes)))
    }
}
