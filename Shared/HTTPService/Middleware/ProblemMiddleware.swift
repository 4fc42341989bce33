import Contracts
import Hummingbird

/// Innermost: turns what a handler throws into a response, so that everything outside sees the final status.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = ServiceContext

    func handle(
        _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return context.response(for: ErrorTranslation.problem(error, logger: context.logger))
        }
    }
}

extension ServiceContext {
    /// A problem in the style of the request's route; in the given one when there is no route.
    func response(for problem: Problem, style: Route.ErrorStyle = .problem) -> Response {
        let answer = ProblemAnswer(problem, style: route?.errors ?? style, requestID: requestID)
        return Response(status: answer.status, headers: answer.headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}
