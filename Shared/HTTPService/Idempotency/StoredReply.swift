import HTTPTypes
import Hummingbird
import NIOCore

/// An answer kept for a repeated request.
struct StoredReply: Sendable, Hashable {
    let status: Int
    let contentType: String?
    let location: String?
    let body: [UInt8]

    /// The answer again, marked as a repetition.
    func response() -> Response {
        var headers: HTTPFields = [.idempotencyReplayed: "true", .cacheControl: "no-store", .contentLength: String(body.count)]
        headers[.contentType] = contentType
        headers[.location] = location
        return Response(status: .init(code: status), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
