import Contracts
import Foundation
import TestSupport

/// A public client in an environment of its own, made by `deploy/scripts/clients.sh`, and our script for it.
enum PublicClient: String, CaseIterable {
    case triton, openfeature, oauth

    private var python: String { TestSupport.Checkout.root.path + "/.mesh/clients/\(rawValue)/bin/python" }

    /// Whether every client has its environment.
    static var areInstalled: Bool { allCases.allSatisfy { FileManager.default.isExecutableFile(atPath: $0.python) } }

    /// Runs the script; gives what it saw.
    func run(_ environment: [String: String]) async throws -> JSONValue {
        let script = TestSupport.Checkout.root.path + "/Tests/MeshTests/Clients/\(rawValue)_client.py"
        let output = try await Shell.run(python, [script], environment: environment)
        return try WireJSON.decode(JSONValue.self, from: Data(output.utf8))
    }
}
