import Contracts
import Foundation
import HTTPService
import Hummingbird
import NIOCore

extension Request {
    /// The members of a body that is absent or a JSON object, whatever its content type: clients of the protocol send none.
    func members(context: ServiceContext) async throws -> [String: JSONValue] {
        let body = try await bytes(context: context)
        guard body.readableBytes > 0 else { return [:] }
        let document = try? WireJSON.decode(JSONValue.self, from: Data(body.readableBytesView))
        guard let members = document?.objectValue else { throw Problem(.malformed, "The body must be absent or a JSON object.") }
        return members
    }
}
