import Contracts
import Cryptography
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore

/// The labeler's page. Its files are in the binary.
struct PageRoutes: Sendable {
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

    /// The page runs its own script and style and talks to its own host, nothing else.
    static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'"

    private let files = [
        "": File("text/html; charset=utf-8", PackageResources.label_html),
        "label.css": File("text/css; charset=utf-8", PackageResources.label_css),
        "label.js": File("text/javascript; charset=utf-8", PackageResources.label_js),
    ]

    func add(to router: Router<ServiceContext>) {
        router.get("/label/", use: page)
        router.get("/label/{file}", use: file)
    }

    @Sendable
    func page(_ request: Request, _ context: ServiceContext) throws -> Response { try answer("", request) }

    @Sendable
    func file(_ request: Request, _ context: ServiceContext) throws -> Response {
        let name = try context.parameter("file")
        guard !name.isEmpty else { throw Problem(.notFound) }
        return try answer(name, request)
    }

    private func answer(_ name: String, _ request: Request) throws -> Response {
        guard let file = files[name] else { throw Problem(.notFound, "The page has no file \(name).") }
        var headers: HTTPFields = [.contentType: file.type, .cacheControl: "no-cache", .eTag: file.tag, .xContentTypeOptions: "nosniff"]
        headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
        // Kept, and asked for each time: a new release shows at once, an old one costs no bytes.
        if request.headers[.ifNoneMatch]?.split(separator: ",").contains(where: { $0.filter { $0 != " " } == file.tag }) == true {
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: file.bytes)))
    }
}
