import Contracts
import Foundation
import Settings

/// Everything that one HAProxy process reads, made of templates, routes and servers.
struct GatewayConfiguration {
    let listener: Listener
    let settings: GatewaySettings
    let adminSocket: String
    /// Public keys that sign tokens, PEM by key id.
    let publicKeys: [String: String]
    /// The files of `gateway-config/` by path.
    let templates: [String: String]

    /// Names of the files that HAProxy is started with, in order.
    static func mainFiles(_ listener: Listener) -> [String] { ["common.cfg", "backends.cfg", "\(listener.rawValue).cfg"] }

    /// File name -> contents. The maps of keys, of limits and of direct ways are not among them: they change by themselves.
    func files(servers: [GatewayServer]) throws -> [String: String] {
        let routes = GatewayRoutes(listener)
        var files = [
            "backends.cfg": Self.backends(servers), "routes.map": routes.routesMap, "methods.map": routes.methodsMap,
            "styles.map": routes.stylesMap, "errors.map": try GatewayErrors.map(),
        ]
        for (id, pem) in publicKeys { files[Self.keyFile(id)] = pem }
        for name in ["common.cfg", "\(listener.rawValue).cfg"] {
            files[name] = try GatewayTemplate(meaning: meaning).render(templates[name, default: "{{missing \(name)}}"])
        }
        return files
    }

    private static func keyFile(_ id: String) -> String { "key-\(id).pem" }

    private func meaning(_ word: String) -> String? {
        let parts = word.split(separator: " ", maxSplits: 1).map(String.init)
        switch (parts.first, parts.dropFirst().first) {
        case ("include", let file?): return templates["parts/" + file].map { String($0.drop { $0 == "\n" }) }
        case ("refuse", let key?): return Self.refusal(key)
        case ("error", let status?): return "http-error status \(status) \(Self.body(status))"
        case ("adminSocket", nil): return adminSocket
        case ("name", nil): return listener.program
        case ("address", nil): return settings.addresses(of: listener).traffic
        case ("metricsAddress", nil): return settings.addresses(of: listener).metrics
        case ("issuer", nil): return settings.issuer
        case ("audience", nil): return settings.audience
        case ("predictionsAtHome", nil): return String(Self.predictionsAtHome)
        case ("requestsPerTenSeconds", nil): return String(max(1, settings.requestsPerMinute / 6))
        case ("basePath", nil): return settings.basePath.map { Self.without($0.rawValue) } ?? ""
        case ("malformed", nil): return try? GatewayErrors.complete("400")
        case ("timeout", nil): return try? GatewayErrors.complete("408")
        case ("verify", nil): return verification
        case ("scopes", nil): return Self.scopes
        default: return nil
        }
    }

    /// Rules that take the base path off a request where a segment ends with it, and put it before the places that the answer names.
    private static func without(_ base: String) -> String {
        [
            "http-request set-var(txn.base) str(\(base)) if { path \(base) } || { path_beg \(base)/ }",
            "http-request set-header X-Forwarded-Prefix \(base) if { var(txn.base) -m found }",
            "http-request set-path / if { path \(base) }",
            "http-request set-path %[path,bytes(\(base.utf8.count))] if { path_beg \(base)/ }",
            "http-after-response replace-header Location '^(/(?!/).*)$' '\(base)\\1' if { var(txn.base) -m found }",
        ].map { "    " + $0 }.joined(separator: "\n")
    }

    /// The start of a rule that ends the request; its condition follows in the template.
    private static func refusal(_ key: String) -> String {
        let status = ["csrf": "403", "rate": "429"][key] ?? key
        let header =
            switch key {
            case "401": " hdr WWW-Authenticate 'Bearer realm=\"mesh\"'"
            case "405": " hdr Allow %[var(txn.path),map_reg(methods.map)]"
            // Seconds in which one more request is earned, rounded up.
            case "rate": " hdr Retry-After %[int(59),add(txn.permitted),div(txn.permitted)]"
            default: ""
            }
        return "http-request return status \(status) \(body(key))\(header)"
    }

    private static func body(_ key: String) -> String {
        let retry = GatewayErrors.problems.first { $0.key == key }?.problem.retryAfter.map { " hdr Retry-After \($0)" } ?? ""
        let text = "'%[var(txn.style),concat(:\(key)),map(errors.map)],\"requestId\":\"%[var(txn.id)]\"}'"
        return "content-type application/json hdr x-mesh-refused 1 hdr Cache-Control no-store\(retry) lf-string \(text)"
    }

    /// One rule for each key: HAProxy loads a key only where its file is spelled out.
    private var verification: String {
        publicKeys.keys.sorted().map { id in
            "    http-request set-var(txn.signed) var(txn.token),jwt_verify(\"RS256\",\"\(Self.keyFile(id))\") "
                + "if !open !signed { var(txn.kid) -m str -- \(id) } { var(txn.alg) -m str RS256 }"
        }.joined(separator: "\n")
    }

    private static var scopes: String {
        Scope.allCases.filter { $0 != .service }.map { scope in
            "    http-request set-var(txn.allowed) int(1) if { var(txn.need) -m str \(scope.rawValue) } "
                + "{ var(txn.scope) -m reg (^|\\ )\(scope.rawValue)(\\ |$) }"
        }.joined(separator: "\n")
    }

    private static func backends(_ servers: [GatewayServer]) -> String {
        ServiceName.serving.map { service in
            let own = servers.filter { $0.service == service }.sorted { $0.number < $1.number }
            let lines = ["backend \(service.rawValue)"] + balance(service) + own.map(line)
            return lines.joined(separator: "\n    ") + "\n"
        }.joined(separator: "\n")
    }

    /// Predictions of one model under way that its own instance gets; further ones are spread over all. Enough to keep two cores at work,
    /// few enough that two models that share an instance do not wait for each other while others idle.
    static let predictionsAtHome = 4

    /// A model's requests go to the instance that has it loaded.
    ///
    /// HAProxy's own bound (`hash-balance-factor`) is relative to the mean load: with less than a request or two for each instance it sends a
    /// model away as soon as two requests meet. The bound here counts what one model has under way (`model.cfg`).
    static func balance(_ service: ServiceName) -> [String] {
        service == .inference ? ["balance hash var(txn.place)", "hash-type consistent"] : ["balance leastconn"]
    }

    private static func line(_ server: GatewayServer) -> String {
        "server \(server.name) \(server.address) id \(server.number) \(GatewayServer.checks)"
    }
}
