import Contracts
import HTTPTypes
import Hummingbird
import Logging
import Observability

/// The thin adapter to Hummingbird: trace, metrics, log, deadline, authentication and size limit around the router.
struct KernelResponder: HTTPResponder {
    typealias Context = ServiceContext

    let kernel: HTTPKernel
    let router: RouterResponder<ServiceContext>

    func respond(to request: Request, context: ServiceContext) async throws -> Response {
        let routed = Result { () throws(RouteRefusal) in
            try kernel.route(method: request.method.rawValue, target: request.head.path ?? "")
        }
        let facts = RequestFacts(request.head, limits: kernel.deadlines.for(try? routed.get()))
        kernel.metrics.began()
        var context = context
        context.kernel = kernel
        context.requestID = facts.requestID
        context.trace = facts.trace
        context.deadline = facts.deadline
        context.logger[.requestID] = "\(facts.requestID)"
        var response = await TraceContext.$current.withValue(facts.trace) {
            await Deadline.$current.withValue(facts.deadline) { await answer(request, routed, &context) }
        }
        response.headers[.requestID] = facts.requestID.description
        response.headers[.contentTypeOptions] = "nosniff"
        if request.method == .head { response = response.createHeadResponse() }
        kernel.ended(
            facts, route: context.route, method: request.method.rawValue, status: response.status.code, subject: context.caller?.subject)
        return response
    }

    private func answer(
        _ request: Request, _ routed: Result<Route, RouteRefusal>, _ context: inout ServiceContext
    ) async -> Response {
        do {
            let route = try routed.get()
            context.route = route
            let admission = try kernel.admit(
                announced: request.headers[.contentLength].flatMap { Int($0) }, authorizations: request.headers[values: .authorization],
                to: route)
            context.caller = admission?.caller
            let place = try kernel.place(for: route)
            let arrival = place != nil && Self.hasBody(request) ? try kernel.arrival() : nil
            defer {
                withExtendedLifetime(place) {}
                arrival?.end()
            }
            var limited = request
            limited.body = RequestBody(asyncSequence: LimitedBody(base: request.body, limit: route.bodyLimit, arrival: arrival))
            let admitted = context
            let body = limited
            return try await context.deadline.race { try await router.respond(to: body, context: admitted) }
        } catch let refusal as RouteRefusal {
            var response = context.response(for: refusal.problem, style: Self.style(of: request.uri.path))
            response.headers[.allow] = refusal.allow
            return response
        } catch {
            return context.response(for: ErrorTranslation.problem(error, logger: context.logger))
        }
    }

    private static func hasBody(_ request: Request) -> Bool {
        request.headers[.transferEncoding] != nil || request.headers[.contentLength].flatMap { Int($0) } ?? 0 > 0
    }

    /// How an error is written where no route says it: clients of a borrowed protocol read its own form only.
    private static func style(of path: String) -> Route.ErrorStyle {
        switch path.split(separator: "/", maxSplits: 1).first {
        case "v2": .inference
        case "mlflow": .mlflow
        default: .problem
        }
    }
}
