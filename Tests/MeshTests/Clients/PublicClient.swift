import Contracts
import Foundation
import TestSupport

/// A public client in an environment of its own, made by `deploy/scripts/clients.sh`, and our script for it in `Tests/Clients`.
enum PublicClient: String, CaseIterable {
    case digits, triton, tritonAsyncio, kserve, openfeature, oauth, mlflow

    /// What a script of checks saw.
    struct Report: Sendable {
        let passed: [String]
        /// Names of checks that did not hold, and what was there instead.
        let failed: [String]
    }

    private static let folder = TestSupport.Checkout.root.path + "/Tests/Clients"

    private var python: String {
        let environment =
            switch self {
            case .digits, .triton, .tritonAsyncio: "triton"
            default: rawValue
            }
        return TestSupport.Checkout.root.path + "/.mesh/clients/\(environment)/bin/python"
    }

    private var arguments: [String] {
        switch self {
        case .tritonAsyncio: ["\(Self.folder)/triton_client.py", "--asyncio"]
        case .mlflow: ["\(Self.folder)/mlflow_tracking.py"]
        default: ["\(Self.folder)/\(rawValue)_client.py"]
        }
    }

    /// Whether these clients have their environments.
    static func areInstalled(_ clients: some Collection<PublicClient> = allCases) -> Bool {
        clients.allSatisfy { FileManager.default.isExecutableFile(atPath: $0.python) }
    }

    /// Runs the script; gives what it saw.
    func run(_ environment: [String: String]) async throws -> JSONValue {
        let output = try await Shell.run(python, ["-B"] + arguments, environment: environment)
        // What a client itself prints comes before.
        return try WireJSON.decode(JSONValue.self, from: Data((output.split(separator: "\n").last ?? "").utf8))
    }

    /// Runs a script of checks.
    func check(_ environment: [String: String]) async throws -> Report {
        let seen = try await run(environment)
        return Report(
            passed: (seen["passed"]?.arrayValue ?? []).compactMap(\.stringValue),
            failed: (seen["failed"]?.arrayValue ?? [.null]).map {
                "\(rawValue): \($0["name"]?.stringValue ?? ""): \($0["seen"]?.stringValue ?? "")"
            })
    }
}
