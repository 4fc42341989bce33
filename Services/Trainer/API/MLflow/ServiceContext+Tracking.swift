import Contracts
import HTTPService
import HTTPTypes
import Hummingbird
import MLflow
import NIOCore

extension ServiceContext {
    /// What the caller may touch.
    var teamScope: TeamScope {
        get throws(Problem) {
            let caller = try identity
            return TeamScope(team: caller.team, reachesAll: caller.isAdministrator)
        }
    }
}

extension Request {
    /// The members of a body in MLflow's API. Throws `BAD_REQUEST` for a body that says it is no JSON.
    func fields(_ context: ServiceContext) async throws -> RequestFields {
        try context.requireArtifactAPI()
        if let given = headers[.contentType], !given.lowercased().hasPrefix("application/json") {
            throw MLflowError(.badRequest, "Bad Request. Content-Type must be 'application/json', not '\(given.prefix(100))'.")
        }
        return RequestFields(read: Array(try await bytes(context: context).readableBytesView))
    }

    /// The items of a query in MLflow's API; those named in `lists` may come several times.
    func queryFields(_ context: ServiceContext, lists: Set<String> = []) throws -> RequestFields {
        try context.requireArtifactAPI()
        var members: [String: JSONValue] = [:]
        for item in QueryItems(uri.query ?? "").items {
            guard lists.contains(item.name) else {
                members[item.name] = .string(item.value)
                continue
            }
            members[item.name] = .array((members[item.name]?.arrayValue ?? []) + [.string(item.value)])
        }
        return RequestFields(members)
    }
}
