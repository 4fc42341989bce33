import HTTPTypes
import Hummingbird
import MLflow
import NIOCore

/// An answer of MLflow's API.
struct MLflowReply: ResponseGenerator, Sendable {
    let fields: AnswerFields

    /// `{}`.
    init() { fields = AnswerFields() }

    /// One member.
    init(_ name: String, _ value: AnswerFields) {
        var fields = AnswerFields()
        fields.set(name, value)
        self.fields = fields
    }

    /// A list, and the token of what follows it.
    init(_ name: String, _ values: [AnswerFields], next: String? = nil) {
        var fields = AnswerFields()
        fields.set(name, values)
        fields.set("next_page_token", next)
        self.fields = fields
    }

    /// One text.
    init(_ name: String, _ value: String) {
        var fields = AnswerFields()
        fields.set(name, value)
        self.fields = fields
    }

    func response(from request: Request, context: some RequestContext) -> Response {
        let body = fields.body
        let headers: HTTPFields = [.contentType: "application/json", .contentLength: String(body.count), .cacheControl: "no-store"]
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
