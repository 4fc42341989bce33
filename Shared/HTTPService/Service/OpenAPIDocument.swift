import Contracts

/// The routes of a service as an OpenAPI 3.1 document, for a service whose written description is not at hand.
enum OpenAPIDocument {
    static func generated(for service: ServiceName, routes: [Route]) -> [UInt8] {
        var paths: [String: JSONValue] = [:]
        for route in routes {
            var operations = paths[route.pattern]?.objectValue ?? [:]
            operations[route.method.lowercased()] = operation(route)
            paths[route.pattern] = .object(operations)
        }
        let document: JSONValue = [
            "openapi": "3.1.0",
            "info": ["title": .string(service.rawValue), "version": "1"],
            "paths": .object(paths),
            "components": ["securitySchemes": ["token": ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"]]],
        ]
        return document.canonical
    }

    private static func operation(_ route: Route) -> JSONValue {
        let parameters = route.segments.filter { $0.hasPrefix("{") }.map { segment -> JSONValue in
            let name = segment.dropFirst().dropLast()
            return ["name": .string(String(name)), "in": "path", "required": true, "schema": ["type": "string"]]
        }
        var operation: [String: JSONValue] = ["responses": ["default": ["description": "See the contract."]]]
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        switch route.access {
        case .open: operation["security"] = []
        case .scope(let scope): operation["security"] = [["token": [.string(scope.rawValue)]]]
        case .authenticated, .servicesOnly: operation["security"] = [["token": []]]
        }
        return .object(operation)
    }
}
