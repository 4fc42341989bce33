import Contracts
import HTTPService
import TestSupport

/// Asks a running service who may call each of its routes: nobody, every role, every service.
public enum RoleMatrix {
    /// Who makes a request.
    enum Asker: Sendable, CustomStringConvertible {
        case nobody
        case role(Role)
        case service(ServiceName)

        static let all: [Asker] = [.nobody] + Role.allCases.map(Asker.role) + ServiceName.allCases.map(Asker.service)

        var description: String {
            switch self {
            case .nobody: "a caller without a token"
            case .role(let role): "the role \(role.rawValue)"
            case .service(let name): "the service \(name.rawValue)"
            }
        }
    }

    /// How the table words its refusals; a 403 with other words comes from a rule about the thing asked for, not from the route.
    private static let refusals = ["The route needs the scope", "Only services of the mesh", "no business on this route"]

    /// Runs the service and compares it with the route table: one sentence for each difference, none when all is well.
    ///
    /// Each row of ``RouteTable`` that belongs to the service is asked by each kind of caller; those that the row lets in must get past the
    /// gate (whatever the handler then says, save a 5xx other than 501 and 503), all others get 401 or 403. Rows that the service does not serve are differences.
    public static func faults(of service: MeshService, authority: TestAuthority = TestAuthority()) async throws -> [String] {
        let rows = service.routes.filter(RouteTable.all.contains)
        let missing = service.missingRoutes.map { "\($0.method) \($0.pattern) is a row of the table and not served" }
        let asked = try await withRunning(service) { probe in
            var faults: [String] = []
            for row in rows {
                for asker in Asker.all {
                    if let fault = try await fault(of: row, asker, probe, authority) { faults.append(fault) }
                }
            }
            return faults
        }
        return missing + asked
    }

    private static func fault(of row: Route, _ asker: Asker, _ probe: HTTPProbe, _ authority: TestAuthority) async throws -> String? {
        let answer = try await ask(row, token: token(of: asker, authority), probe)
        let what = "\(row.method) \(row.pattern), asked by \(asker), answers \(answer.status)"
        if answer.status >= 500, ![501, 503].contains(answer.status) { return "\(what): \(answer.text)" }
        let expected = expectation(row, asker)
        return verdict(answer) == expected ? nil : "\(what) where \(expected.map { "\($0)" } ?? "admission") is right: \(answer.text)"
    }

    private static func ask(_ row: Route, token: String?, _ probe: HTTPProbe) async throws -> ProbeAnswer {
        guard row.method == "POST" || row.method == "PUT" else { return try await probe.send(row.method, path(row), token: token) }
        return try await probe.send(row.method, path(row), token: token, json: "{}")
    }

    /// A path of the route with made-up names in it.
    private static func path(_ row: Route) -> String {
        let segments = row.segments.map { segment in
            switch segment {
            case "{version}", "{revision}", "{segment}": "1"
            case _ where segment.hasPrefix("{"): "nothing-of-this-name"
            default: String(segment)
            }
        }
        return "/" + segments.joined(separator: "/") + (row.pattern.hasSuffix("/") ? "/" : "")
    }

    private static func token(of asker: Asker, _ authority: TestAuthority) -> String? {
        switch asker {
        case .nobody: nil
        case .role(let role): authority.key(roles: [role])
        case .service(let name): authority.service(name)
        }
    }

    /// The refusal that the table asks for; nil where the caller is let in. Written apart from the code that services decide by.
    static func expectation(_ row: Route, _ asker: Asker) -> Int? {
        switch (row.access, asker) {
        case (.open, _): nil
        case (_, .nobody): 401
        case (_, .service(let name)): row.services.contains(name) ? nil : 403
        case (.authenticated, .role): nil
        case (.scope(let scope), .role(let role)): role.scopes.contains(scope) ? nil : 403
        case (.servicesOnly, .role): 403
        }
    }

    /// The status of a refusal at the gate; nil when the request got past it.
    private static func verdict(_ answer: ProbeAnswer) -> Int? {
        if answer.status == 401 { return 401 }
        return answer.status == 403 && refusals.contains(where: answer.text.contains) ? 403 : nil
    }
}
