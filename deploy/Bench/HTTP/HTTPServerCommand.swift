import ArgumentParser
import Contracts
import Cryptography
import Dispatch
import Foundation
import HTTPService
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import Observability

/// `bench http-server`: one of the servers that `bench http` measures; it says its port on its output and serves until it is ended.
struct HTTPServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "http-server", abstract: "A server of `bench http`.", shouldDisplay: false)

    static let answer = Array(
        #"{"model_name":"digits","model_version":"3","id":"9f86d081884c7d659a2feaa0c55ad015","outputs":[{"name":"label","datatype":"INT64","shape":[1],"data":[8]}],"parameters":{"batch_rows":1}}"#
            .utf8)

    @Argument(help: "bare, open or tokens.")
    var kind: String

    func run() async throws {
        switch HTTPServerKind(rawValue: kind) {
        case .bare: try await BareServer.run { port in Self.greet(port: port, token: "") }
        case .open: try await serve(HTTPSettings(keys: [:], localCaller: .local), token: "")
        case .tokens:
            let key = RSAPrivateKey.generate()
            try await serve(HTTPSettings(keys: [key.publicKey.thumbprint: key.publicKey]), token: try Self.token(key))
        case nil: throw ValidationError("kind must be bare, open or tokens")
        }
    }

    private func serve(_ settings: HTTPSettings, token: String) async throws {
        let lines = HeaderLines([("content-type", "application/json")])
        let queue = DispatchQueue(label: "answers", attributes: .concurrent)
        let logger = Logger(label: "bench") { JSONLogHandler(label: $0, service: "bench", instance: "1", levels: LogLevels(from: .error)) }
        let service = makeService(
            name: .inference, settings: settings, logger: logger, metrics: PrometheusRegistry(),
            fastRoutes: [
                FastRoute("POST", "/v2/models/{model}/infer") { request, responder in
                    guard request.body.readableBytes > 400, request.parameter("model") == "digits" else {
                        return responder.fail(Problem(.malformed))
                    }
                    responder.respond(lines: lines, bytes: Self.answer)
                },
                FastRoute("POST", "/v2/models/{model}/versions/{version}/infer") { request, responder in
                    queue.async { responder.respond(lines: lines, bytes: Self.answer) }
                },
            ]
        ) { router in
            router.post("/v1/router/experiments/{experiment}/stages") { request, context in
                _ = try await request.bytes(context: context)
                return Reply(["stage": "full"])
            }
        }
        Task { Self.greet(port: try await service.port(), token: token) }
        try await service.run()
    }

    private static func greet(port: Int, token: String) {
        let greeting = HTTPBenchServer.Greeting(port: port, token: token)
        guard let line = try? JSONEncoder().encode(greeting) else { return }
        FileHandle.standardOutput.write(line + Data("\n".utf8))
    }

    private static func token(_ key: RSAPrivateKey) throws -> String {
        let now = Int(Date.now.timeIntervalSince1970)
        let claims = TokenClaims(
            iss: "https://mlmesh", aud: HTTPSettings.audience, sub: "key:1", iat: now, exp: now + 3_600, jti: UUID().uuidString,
            scope: "infer read", team: "documents", roles: ["engineer"], gen: 1, keyId: "1", act: nil)
        return try JSONWebToken.sign(claims: claims, key: key, kid: key.publicKey.thumbprint)
    }
}
