import Contracts
import Foundation

/// A request that no decent client sends.
struct HostileRequest: CustomStringConvertible {
    enum Kind: String, CaseIterable {
        case malformedJSON
        case wrongTypes
        case unknownFields
        case hugeBody
        case hostileNames
        case hostileQuery
    }

    var method: String
    var path: String
    var headers: [String: String] = [:]
    var body: [UInt8]?
    /// Whether it may succeed all the same: the route ignores what is wrong with it.
    var mayPass = false
    /// Whether it asks for a part of the Open Inference Protocol that is declined, whatever is asked of it.
    var isDeclined = false

    var description: String {
        "\(method) \(path.prefix(120)) " + String(decoding: (body ?? []).prefix(60), as: UTF8.self)
    }

    /// Whether a status is right for it. Nothing is a server's fault.
    func isRefused(_ status: Int) -> Bool {
        (400..<500).contains(status) || (mayPass && (200..<400).contains(status)) || (isDeclined && status == 501)
    }

    /// A name that nothing has, so that nothing is changed by what should have been refused.
    private static let nothing = "no-such-thing"

    private static func path(_ route: Route, _ value: String = nothing) -> String {
        let path = "/" + route.segments.map { $0.hasPrefix("{") ? value : String($0) }.joined(separator: "/")
        return route.pattern.hasSuffix("/") && path != "/" ? path + "/" : path
    }

    private static func takesBody(_ route: Route) -> Bool { ["POST", "PUT"].contains(route.method) }

    static func all(_ kind: Kind, for route: Route) -> [HostileRequest] {
        let isDeclined = route.pattern.contains("sharedmemory/") || route.pattern.contains("{repository}")
        return made(kind, for: route).map { request in
            var request = request
            request.isDeclined = isDeclined
            return request
        }
    }

    private static func made(_ kind: Kind, for route: Route) -> [HostileRequest] {
        switch kind {
        case .malformedJSON: bodies(route, ["{", "{\"a\":}", "[1,2", "\u{0}", "{\"name\":\"\\ud800\"}", "nonsense"])
        case .wrongTypes: bodies(route, ["[]", "null", "7", "\"text\"", "true", "[[[[[[[[]]]]]]]]"])
        case .unknownFields: bodies(route, ["{\"bogus\":1,\"__proto__\":{\"a\":1}}"])
        case .hugeBody: huge(route)
        case .hostileNames: names(route)
        case .hostileQuery: queries(route)
        }
    }

    /// Borrowed contracts that let a request say more than they know, and ask for nothing in it.
    private static let mayIgnore: Set<String> = ["/v2/repository/index", "/ofrep/v1/evaluate/flags"]

    private static func bodies(_ route: Route, _ texts: [String]) -> [HostileRequest] {
        guard takesBody(route) else { return [] }
        return texts.map { text in
            HostileRequest(
                method: route.method, path: path(route), headers: ["Content-Type": "application/json"], body: Array(text.utf8),
                mayPass: mayIgnore.contains(route.pattern))
        }
    }

    /// One byte more than the route takes, announced; the gateway need not read it to refuse it.
    private static func huge(_ route: Route) -> [HostileRequest] {
        guard takesBody(route) else { return [] }
        let size = route.bodyLimit + 1
        var request = HostileRequest(method: route.method, path: path(route), headers: ["Content-Type": "application/json"])
        if size <= 2 << 20 {
            request.body = [UInt8](repeating: 0x20, count: size)
        } else {
            request.headers["Content-Length"] = String(size)
        }
        return [request]
    }

    private static func names(_ route: Route) -> [HostileRequest] {
        guard route.pattern.contains("{") else { return [] }
        let values = [
            "%00", "..%2f..%2fetc%2fpasswd", "%2e%2e", "%27%3B%20DROP%20TABLE%20tasks%3B--", "%F0%9F%92%A9", "%ff%fe", "%0d%0aX-A:%20b",
            String(repeating: "a", count: 4_000), "999999999999999999999", "-1", "%7B%7D", "a%2Fb",
        ]
        return values.map { value in
            HostileRequest(
                method: route.method, path: path(route, value), headers: takesBody(route) ? ["Content-Type": "application/json"] : [:],
                body: takesBody(route) ? Array("{}".utf8) : nil,
                // The gateway takes such a path as the shorter one that it means.
                mayPass: value == "%2e%2e" && (route.method == "GET" || route.pattern.hasSuffix("/trace/setting")))
        }
    }

    /// What a query says in vain may be ignored; where it is read it must be refused.
    private static func queries(_ route: Route) -> [HostileRequest] {
        ["limit=abc", "limit=-1", "page=%ff%00", "page=bm90LWEtY3Vyc29y", "limit=99999999999999999999&page=", "%=%&=&&&=", "a[]=1&a=2"].map
        {
            HostileRequest(
                method: route.method, path: path(route) + "?" + $0, headers: takesBody(route) ? ["Content-Type": "application/json"] : [:],
                body: takesBody(route) ? Array("{}".utf8) : nil, mayPass: true)
        }
    }
}
