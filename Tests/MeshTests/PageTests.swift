import Contracts
import Foundation
import MeshClient
import TestSupport
import Testing

@testable import MeshCommand

extension MeshTests.Played {
    @Test("people use the pages in a browser: a labeler answers with one key each, the console shows where the capability stands")
    func pages() async throws {
        let administrator = try mesh.administrator()
        let owner = loop.progress.cast.owner
        let request = LabelRequest(count: 5, method: .random, split: "train", reason: "tasks for a person at a browser")
        let _: JSONValue = try await owner.post(Path("v1", "labeling", "projects", "digits", "requests"), request)
        let labeler = try await DemoCast.invite("Dora", roles: [.labeler], administrator)
        let engineer = try await DemoCast.invite("Emil", roles: [.engineer], administrator)
        let before: LabelingProgress = try await owner.get(Path("v1", "labeling", "projects", "digits", "progress"))

        let output = try await Shell.run(
            Self.python, [TestSupport.Checkout.root.path + "/Tests/MeshTests/pages.py"],
            environment: ["LABEL_URL": labeler.url, "CONSOLE_URL": engineer.url])

        let seen = try WireJSON.decode(JSONValue.self, from: Data(output.utf8))
        let after: LabelingProgress = try await owner.get(Path("v1", "labeling", "projects", "digits", "progress"))
        #expect(seen["answered"] == .integer(3))
        #expect(seen["differentTasks"] == .bool(true))
        #expect(after.answers - before.answers == 3)
        let console = try #require(seen["console"])
        #expect(console["capability"] == .string("digits"))
        #expect(console["verdict"]?.stringValue?.hasPrefix("green on version") == true)
        #expect(console["tests"]?.arrayValue?.count == 4)
        #expect(console["needs"]?.arrayValue?.count == 2)
        #expect(console["experiment"]?.stringValue?.contains("perceptron") == true)
        #expect(console["alarms"]?.arrayValue?.contains { $0.stringValue?.contains("scanner-b") == true } == true)
        #expect(seen["faults"] == .array([]), "what the browser's console complained of")
    }

    private static var python: String {
        TestSupport.Checkout.root.path + "/.mesh/clients/playwright/bin/python"
    }
}
