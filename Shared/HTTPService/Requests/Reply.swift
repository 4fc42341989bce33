import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// An answer whose body is a contract type.
public struct Reply<Value: Encodable & Sendable>: ResponseGenerator, Sendable {
    public var status: HTTPResponse.Status
    public var headers: HTTPFields
    public var value: Value

    public init(status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], _ value: Value) {
        self.status = status
        self.headers = headers
        self.value = value
    }

    /// 200.
    public static func ok(_ value: Value) -> Reply { Reply(value) }

    /// 201, with the place of what was made.
    public static func created(_ value: Value, location: String? = nil) -> Reply {
        Reply(status: .created, headers: location.map { [.location: $0] } ?? [:], value)
    }

    /// 202: the work goes on.
    public static func accepted(_ value: Value, location: String? = nil) -> Reply {
        Reply(status: .accepted, headers: location.map { [.location: $0] } ?? [:], value)
    }

    /// The answer as it is stored and sent.
    func stored() throws -> StoredReply {
        var fields = headers
        if fields[.contentType] == nil { fields[.contentType] = "application/json" }
        return StoredReply(status: status, headers: fields, body: try WireJSON.encode(value))
    }

    public func response(from request: Request, context: some RequestContext) throws -> Response {
        let body = try WireJSON.encode(value)
        var fields = headers
        if fields[.contentType] == nil { fields[.contentType] = "application/json" }
        if fields[.cacheControl] == nil { fields[.cacheControl] = "no-store" }
        fields[.contentLength] = String(body.count)
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}

/// 204.
public struct NoContent: ResponseGenerator, Sendable {
    public init() {}

    public func response(from request: Request, context: some RequestContext) throws -> Response {
        Response(status: .noContent)
    }
}
