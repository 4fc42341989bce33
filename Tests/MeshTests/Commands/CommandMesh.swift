import Foundation
import TestSupport
import Testing

@testable import MeshCommand

/// Gives a suite one fresh mesh with one instance of every service.
struct CommandMesh: SuiteTrait, TestScoping {
    @TaskLocal private static var current: RealMesh?

    /// The mesh of the suite that runs.
    static func here() throws -> RealMesh {
        guard let current else { throw TestSupportError("no mesh: it did not come up") }
        return current
    }

    func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void) async throws {
        try await RealMesh.run(instances: 1) { mesh in try await Self.$current.withValue(mesh) { try await function() } }
    }
}

extension RealMesh {
    /// How the real `mesh` command ends on this mesh, whatever its exit status.
    func outcome(_ arguments: String..., input: String = "") async throws -> Shell.Outcome {
        try await Shell.outcome(Self.binaries + "/mesh", arguments + ["--state", layout.state], input: input)
    }
}

extension MeshTests {
    /// The command as a person types it: the real program, its exit status, what it prints, and what that does to a real mesh.
    @Suite(.serialized, CommandMesh())
    struct Commands {
        let mesh: RealMesh

        init() throws { mesh = try CommandMesh.here() }
    }
}
