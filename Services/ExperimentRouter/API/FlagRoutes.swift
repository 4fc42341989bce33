import Catalogue
import Contracts
import Cryptography
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore

/// OFREP 0.3.0: every capability is a flag whose variant is the arm of its experiment.
///
/// An evaluation is no exposure: a unit counts when a model answered it.
struct FlagRoutes: Sendable {
    let catalogue: Catalogue
    let experiments: RunningExperiments

    func add(to router: Router<ServiceContext>) {
        router.post("/ofrep/v1/evaluate/flags/{key}", use: evaluate)
        router.post("/ofrep/v1/evaluate/flags", use: evaluateAll)
    }

    @Sendable
    func evaluate(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let key = try context.parameter("key")
        let caller = try context.identity
        let body = try await request.bytes(context: context)
        do throws(FlagEvaluation.Fault) {
            let asked = try FlagContext(Data(body.readableBytesView))
            guard let capability = catalogue.capability(key) else {
                throw FlagEvaluation.Fault(code: "FLAG_NOT_FOUND", details: "There is no capability \(key).", status: 404)
            }
            guard capability.admits(team: caller.team) else {
                throw FlagEvaluation.Fault(code: "GENERAL", details: "Team \(caller.team) may not call \(key).", status: 403)
            }
            return Self.response(.ok, try evaluation(capability, asked.targetingKey))
        } catch {
            return Self.response(.init(code: error.status), FlagEvaluation.failure(key, error))
        }
    }

    @Sendable
    func evaluateAll(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let team = try context.identity.team
        let body = try await request.bytes(context: context)
        let asked: FlagContext
        do throws(FlagEvaluation.Fault) { asked = try FlagContext(Data(body.readableBytesView)) } catch {
            return Self.response(.init(code: error.status), FlagEvaluation.failure(nil, error))
        }
        let flags = catalogue.capabilities.values.filter { $0.admits(team: team) }.sorted { $0.name < $1.name }.compactMap {
            flag($0, asked)
        }
        let tag = Self.tag(flags, asked, team)
        if Self.isKnown(tag, request.headers[values: .ifNoneMatch]) {
            return Response(status: .notModified, headers: [.eTag: tag])
        }
        return Self.response(.ok, ["flags": .array(flags)], headers: [.eTag: tag])
    }

    private func evaluation(_ capability: CatalogueCapability, _ targetingKey: String?) throws(FlagEvaluation.Fault) -> JSONValue {
        try FlagEvaluation.evaluate(
            capability.name, champion: capability.champion?.version, experiment: experiments.running(capability.name),
            targetingKey: targetingKey)
    }

    /// A flag or its fault; nil for a capability that cannot be called yet.
    private func flag(_ capability: CatalogueCapability, _ asked: FlagContext) -> JSONValue? {
        do throws(FlagEvaluation.Fault) {
            return try evaluation(capability, asked.targetingKey)
        } catch {
            if error.status == 404 { return nil }
            return FlagEvaluation.failure(capability.name, error)
        }
    }

    /// Covers the answer, the context and who asks: a client keeps its tag when its context changes.
    private static func tag(_ flags: [JSONValue], _ asked: FlagContext, _ team: String) -> String {
        let covered: JSONValue = ["flags": .array(flags), "context": .object(asked.context), "team": .string(team)]
        return "W/\"" + hexadecimal(SHA256.digest(covered.canonical).prefix(16)) + "\""
    }

    /// Weak comparison (RFC 9110): the prefix W/ does not count.
    private static func isKnown(_ tag: String, _ headers: [String]) -> Bool {
        func opaque(_ text: Substring) -> Substring { text.hasPrefix("W/") ? text.dropFirst(2) : text }
        return headers.flatMap { $0.split(separator: ",") }.contains { part in
            let given = part.drop { $0 == " " }
            return given == "*" || opaque(given.prefix { $0 != " " }) == opaque(Substring(tag))
        }
    }

    private static func response(_ status: HTTPResponse.Status, _ value: JSONValue, headers: HTTPFields = [:]) -> Response {
        var fields = headers
        fields[.contentType] = "application/json"
        // A client may keep the bulk answer as long as it asks with the tag.
        fields[.cacheControl] = headers[.eTag] == nil ? "no-store" : "no-cache"
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.canonical)))
    }
}
