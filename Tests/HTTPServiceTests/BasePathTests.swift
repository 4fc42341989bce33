import Contracts
import HTTPService
import ServiceTestSupport
import Settings
import TestSupport
import Testing

@Suite("A service below a base path")
struct BasePathTests {
    private static func running(_ body: @Sendable @escaping (HTTPProbe) async throws -> Void) async throws {
        let log = FastLog()
        log.release()
        let settings = HTTPSettings(keys: [:], localCaller: .local, basePath: BasePath(rawValue: "/ml"))
        try await withRunning(makeFastService(log: log, settings: settings), body)
    }

    /// A fast route and one of Hummingbird's.
    private static let routes = [("POST", "/v2/models/name/versions/a%20b/infer"), ("GET", "/v1/router/experiments/a%20b")]

    @Test("either way serves below it as without it", arguments: routes)
    func served(method: String, path: String) async throws {
        try await Self.running { probe in
            let plain = try await probe.send(method, path, body: [])
            let below = try await probe.send(method, "/ml" + path + "?at=/ml/", body: [])

            #expect(plain.status == 200 && below.status == 200)
            #expect(below.text == plain.text && !plain.text.isEmpty)
        }
    }

    @Test("what only looks like it is no route, and paths are held to the same rules below it", arguments: routes)
    func others(method: String, path: String) async throws {
        try await Self.running { probe in
            let none = ["/ml", "/ml/", "/ml?x=" + path, "/mlx" + path, "/m" + path, "/ML" + path, "/%6dl" + path, "/ml/ml" + path]
            let malformed = ["/ml/.." + path, "/ml/." + path, "/ml/" + path, "//ml" + path, "/ml/%2e%2e" + path, "/ml\\" + path]
            for target in none {
                let answer = try await probe.send(method, target, body: [])
                #expect(answer.status == 404, "\(target): \(answer.status)")
            }
            for target in malformed {
                let answer = try await probe.send(method, target, body: [])
                #expect(answer.status == 400, "\(target): \(answer.status)")
            }
        }
    }

    @Test("errors keep the style of the route that was meant, and requests that come together stay apart")
    func styles() async throws {
        try await Self.running { probe in
            let unknown = try await probe.send("GET", "/ml/v2/none")
            #expect(unknown.status == 404 && unknown.json["error"] != nil)
            let connection = try ProbeConnection(port: probe.port)
            await connection.write(
                HTTPProbe.request("POST", "/ml/v2/models/a/infer", body: Array("one".utf8))
                    + HTTPProbe.request("GET", "/ml/v1/router/experiments") + HTTPProbe.request("POST", "/v2/models/a/infer", body: [7]))
            #expect(try await connection.answer().text == "one")
            #expect(try await connection.answer().json["listed"] == true)
            #expect(try await connection.answer().body == [7])
        }
    }

    @Test("without the setting there is no base path")
    func absent() async throws {
        try await withRunning(makeFastService(settings: HTTPSettings(keys: [:], localCaller: .local))) { probe async throws in
            for (method, path) in Self.routes { #expect(try await probe.send(method, "/ml" + path, body: []).status == 404) }
        }
    }

    @Test("only a service that stands alone takes the flag, and only one that hides no route of its own")
    func flag() throws {
        let read = { (text: String, isStandAlone: Bool) throws -> BasePath? in
            var reader = SettingsReader(
                environment: ["LISTEN_PORT": "0", "MESH_PUBLIC_KEY": "/dev/null"], arguments: ["--base-path", text])
            let settings = HTTPSettings(&reader, service: .inference, isStandAlone: isStandAlone)
            try reader.finish()
            return settings.basePath
        }
        #expect(try read("/a/b.c", true)?.rawValue == "/a/b.c")
        for text in ["ml", "/ml/", "/v2", "/healthz/x", "/a%2fb"] {
            let error = #expect(throws: SettingsError.self) { try read(text, true) }
            #expect(error?.description.contains("--base-path must ") == true)
        }
        #expect(throws: SettingsError.self) { try read("/ml", false) }
    }
}
