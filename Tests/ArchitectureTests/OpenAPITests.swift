import Contracts
import Foundation
import TestSupport
import Testing

@Suite("OpenAPI descriptions", .serialized)
struct OpenAPITests {
    /// What a service describes: its rows of the table, health and metrics; inference also what the router passes on to it.
    private func rows(_ service: ServiceName) -> [Route] {
        let passedOn = RouteTable.all.filter { service == .inference && $0.pattern.hasSuffix("/infer") }
        return RouteTable.routes(of: service) + passedOn + RouteTable.operations(of: service)
    }

    @Test("describe exactly the routes of the table", arguments: ServiceName.serving)
    func bothWays(service: ServiceName) throws {
        let described = Set(try OpenAPIFile(service).operations.keys)
        let registered = Set(rows(service).map { "\($0.method) \($0.pattern)" })

        #expect(registered.subtracting(described) == [], "not described")
        #expect(described.subtracting(registered) == [], "described and no row of the table")
    }

    @Test("say who may call, as the table does", arguments: ServiceName.serving)
    func access(service: ServiceName) throws {
        let operations = try OpenAPIFile(service).operations
        for row in rows(service) {
            let operation = try #require(operations["\(row.method) \(row.pattern)"])
            let place = "\(row.method) \(row.pattern)"
            switch row.access {
            case .open: #expect(operation["security"] == [], "\(place)")
            case .scope(let scope): #expect(operation["security"] == [["token": [.string(scope.rawValue)]]], "\(place)")
            case .authenticated, .servicesOnly: #expect(operation["security"] == [["token": []]], "\(place)")
            }
            let services = (operation["x-services"]?.arrayValue ?? []).compactMap(\.stringValue)
            #expect(services == row.services.map(\.rawValue).sorted(), "\(place)")
            #expect((operation["x-services-only"] == true) == (row.access == .servicesOnly), "\(place)")
        }
    }

    @Test("have a sentence, an error and an example for each route, and name each operation once", arguments: ServiceName.serving)
    func complete(service: ServiceName) throws {
        let operations = try OpenAPIFile(service).operations
        for (place, operation) in operations {
            #expect(operation["summary"]?.stringValue?.isEmpty == false, "\(place)")
            #expect(operation["responses"]?["default"] != nil, "\(place)")
            let answers = (operation["responses"]?.objectValue ?? [:]).filter { !["default", "204", "304"].contains($0.key) }
            for answer in answers.values {
                let contents = answer["content"]?.objectValue ?? [:]
                #expect(!contents.isEmpty && contents.values.allSatisfy { $0["example"] != nil && $0["schema"] != nil }, "\(place)")
            }
        }
        #expect(Set(operations.values.compactMap { $0["operationId"]?.stringValue }).count == operations.count)
    }

    @Test("have examples that are what the contract types read and write", arguments: ServiceName.serving)
    func examples(service: ServiceName) throws {
        for media in try OpenAPIFile(service).media {
            guard let roundTrip = ContractTypes.roundTrip(media.schema) else {
                #expect(ContractTypes.others.contains(media.schema), "\(media.place): \(media.schema) is no contract type")
                continue
            }
            #expect(try roundTrip(media.example) == media.example, "\(media.place)")
        }
    }

    @Test("have schemas with the members of the contract types, required ones and others", arguments: ServiceName.serving)
    func schemas(service: ServiceName) throws {
        for (name, schema) in try OpenAPIFile(service).schemas {
            guard let members = ContractSource.members[name], let properties = schema["properties"]?.objectValue else { continue }
            #expect(Set(properties.keys) == Set(members.map(\.name)), "\(name)")
            let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
            #expect(required == Set(members.filter { !$0.isOptional }.map(\.name)), "\(name)")
        }
    }

    @Test("are served as they are written", arguments: ServiceName.serving)
    func rendered(service: ServiceName) throws {
        let served = try SourceTree.file("Shared/HTTPService/OpenAPI/\(service.rawValue).json").text

        #expect(try WireJSON.decode(JSONValue.self, from: Data(served.utf8)) == (try OpenAPIFile(service).document))
    }
}
