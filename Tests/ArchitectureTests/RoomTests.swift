import Contracts
import Foundation
import TestSupport
import Testing

@Suite("Rooms of the services")
struct RoomTests {
    /// `ModelRegistry` for model-registry.
    static func folder(_ service: ServiceName) -> String {
        service.rawValue.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static let rooms: Set<String> = ["API", "Domain", "Storage", "Work", "Peers", "Pages", "Main"]

    @Test("every service has the same rooms and its composition root", arguments: ServiceName.serving)
    func rooms(service: ServiceName) throws {
        let folder = Self.folder(service)
        let content = try FileManager.default.contentsOfDirectory(atPath: Checkout.root.appending(path: "Services/" + folder).path)
        let own = content.filter { !$0.hasSuffix(".swift") }

        #expect(Set(own).subtracting(Self.rooms) == [])
        #expect(Set(own).isSuperset(of: ["API", "Domain", "Storage", "Main"]))
        #expect(content.contains("\(folder)Application.swift"))
        #expect(try SourceTree.file("Services/\(folder)/Main/main.swift").lines.count < 20)
    }

    @Test("migrations are vNNNN_what.sql with a first one that says whose they are", arguments: ServiceName.serving)
    func migrations(service: ServiceName) throws {
        let path = "Services/\(Self.folder(service))/Storage/Migrations"
        let names = try FileManager.default.contentsOfDirectory(atPath: Checkout.root.appending(path: path).path).sorted()

        for (index, name) in names.enumerated() {
            #expect(name.wholeMatch(of: /v\d{4}_[a-z_]+\.sql/) != nil, "\(name)")
            #expect(name.hasPrefix("v" + String(repeating: "0", count: 4 - String(index + 1).count) + String(index + 1)), "\(name)")
        }
        #expect(!names.isEmpty && !names.contains("v0001_start.sql"))
    }

    @Test("every service's tests ask each of its routes as nobody, as every role and as every service", arguments: ServiceName.serving)
    func roleTests(service: ServiceName) {
        let tests = SourceTree.swift.filter { $0.path.hasPrefix("Tests/\(Self.folder(service))ServiceTests/") }

        let calls = tests.filter { $0.text.contains("RoleMatrix.faults(of:") && $0.text.contains("#expect(") }
        #expect(calls.map(\.path).isEmpty == false, "no test of \(service.rawValue) calls RoleMatrix.faults(of:)")
    }

    @Test("every module has tests of its own")
    func mirror() throws {
        let modules = Set(SourceTree.product.compactMap(\.module)).filter { !$0.hasSuffix("Main") && !ArrowTests.layers[0].contains($0) }
        let tested = Set(SourceTree.swift.filter { $0.path.hasPrefix("Tests/") && $0.text.contains("@Test") }.compactMap(\.module))

        for module in modules.subtracting(["TestSupport", "ServiceTestSupport"]).sorted() {
            // The engine is tested with the models that our writer makes.
            let tests = module == "OnnxRuntime" ? "ONNXTests" : module + "Tests"
            #expect(tested.contains(tests), "\(module)")
        }
    }

    @Test("no placeholder is left")
    func placeholders() {
        #expect(SourceTree.files { $0.contains("_Placeholder") }.map(\.path) == [])
    }
}
