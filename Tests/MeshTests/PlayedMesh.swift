import Contracts
import Foundation
import TestSupport
import Testing

@testable import MeshCommand

/// Gives a suite one mesh with two instances of every service, on which the demo's loop was played while services were scaled.
struct PlayedMesh: SuiteTrait, TestScoping {
    /// What the loop left behind.
    struct Loop: Sendable {
        let progress: Demo.Progress
        let story: [DemoStory.Entry]
        /// How many instances of which service were asked for before which chapter.
        let scalings: [DemoChapter: [ServiceName: Int]]
        /// Instances of each service, counted after each scaling.
        let counted: [DemoChapter: [String: Int]]
    }

    @TaskLocal private static var current: (mesh: RealMesh, loop: Loop)?

    /// The mesh and the loop of the suite that runs.
    static func here() throws -> (mesh: RealMesh, loop: Loop) {
        guard let current else { throw TestSupportError("no mesh: the loop was not played to its end") }
        return current
    }

    /// Every service grows to three and shrinks to one within the loop, each where it has work to do.
    static let scalings: [DemoChapter: [ServiceName: Int]] = [
        .capability: [.modelRegistry: 3, .identity: 3],
        .dataset: [.dataset: 3, .modelRegistry: 1],
        .labeling: [.labeling: 3, .identity: 1],
        .commit: [.dataset: 1, .labeling: 1],
        .training: [.trainer: 3],
        .tests: [.labeling: 2, .dataset: 2, .trainer: 1],
        .promotion: [.inference: 3, .experimentRouter: 3, .identity: 2, .modelRegistry: 2],
        .experiment: [.inference: 1, .monitor: 3, .trainer: 2],
        .drift: [.experimentRouter: 1, .inference: 2, .monitor: 1],
    ]

    func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void) async throws {
        try await RealMesh.run(instances: 2) { mesh in
            let loop = try await DemoPatience.$stretch.withValue(6) { try await Self.play(on: mesh) }
            try await Self.$current.withValue((mesh, loop)) { try await function() }
        }
    }

    private static func play(on mesh: RealMesh) async throws -> Loop {
        let story = DemoStory { line in print(line) }
        let counted = Recorder<[DemoChapter: [String: Int]]>([:])
        let demo = Demo(
            name: "digits", manifest: try DemoCommand.manifest(), administrator: try mesh.administrator(), digits: try DemoDigits.sample(),
            story: story
        ) { chapter in
            try await mesh.scale(scalings[chapter] ?? [:])
            let members = try await mesh.fleet().members.filter { $0.phase == .ready }
            let counts = Dictionary(grouping: members, by: \.program.name).mapValues(\.count)
            counted.change { $0[chapter] = counts }
        }
        let progress = try await demo.play()
        return Loop(progress: progress, story: story.entries, scalings: scalings, counted: counted.value)
    }
}
