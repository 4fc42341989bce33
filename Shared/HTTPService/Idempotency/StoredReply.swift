import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// An answer kept for a repeated request.
struct StoredReply: Sendable, Hashable, Codable {
    let status: Int
    let contentType: String?
    let location: String?
    /// Values of Set-Cookie: who signs in again because the answer was lost gets the same session.
    let cookies: [String]
    let body: Data

    init(status: HTTPResponse.Status, headers: HTTPFields, body: some Sequence<UInt8>) {
        self.status = status.code
        contentType = headers[.contentType]
        location = headers[.location]
        cookies = headers[values: .setCookie]
        self.body = Data(body)
    }

    /// The answer again, marked as a repetition.
    func response() -> Response {
        var headers: HTTPFields = [.idempotencyReplayed: "true", .cacheControl: "no-store", .contentLength: String(body.count)]
        headers[.contentType] = contentType
        headers[.location] = location
        headers[values: .setCookie] = cookies
        return Response(status: .init(code: status), headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
