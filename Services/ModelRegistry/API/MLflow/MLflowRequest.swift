import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import MLflow

extension Request {
    /// Names that a query may give several times.
    private static let lists: Set<String> = ["order_by", "stages"]

    /// The members of a request of MLflow's API: those of the body, or of the query where the method has none.
    func mlflowFields(_ context: ServiceContext) async throws -> RequestFields {
        guard ["api", "ajax-api"].contains(try context.parameter("api")) else { throw MLflowError.endpointNotFound(uri.path) }
        guard method != .get else {
            guard !queryMembers.values.contains(where: Self.holdsZero) else { throw Self.zero }
            return RequestFields(queryMembers)
        }
        let bytes = try await bytes(context: context)
        if let given = headers[.contentType], bytes.readableBytes > 0, !given.lowercased().hasPrefix("application/json") {
            throw MLflowError(.badRequest, "Bad Request. Content-Type must be application/json.")
        }
        if bytes.readableBytesView.contains(0) || Data(bytes.readableBytesView).firstRange(of: Data(#"\u0000"#.utf8)) != nil {
            throw Self.zero
        }
        return RequestFields(body: bytes.readableBytesView)
    }

    private static let zero = MLflowError.invalid("A text of the request holds the character U+0000, which cannot be stored.")

    private static func holdsZero(_ value: JSONValue) -> Bool {
        value.arrayValue?.contains(where: holdsZero) ?? value.stringValue?.utf8.contains(0) ?? false
    }

    private var queryMembers: [String: JSONValue] {
        let items = QueryItems(uri.query ?? "").items
        return Dictionary(grouping: items, by: \.name).mapValues { values in
            let name = values[0].name
            if Self.lists.contains(name) { return .array(values.map { .string($0.value) }) }
            return .string(values[values.count - 1].value)
        }
    }
}

extension ServiceContext {
    /// For whom the request is made.
    var tenant: Tenant {
        get throws {
            let caller = try identity
            return Tenant(team: caller.team, isAdministrator: caller.isAdministrator, user: caller.actor ?? caller.subject)
        }
    }
}
