import Contracts
import Foundation
import TestSupport
import Testing

@testable import TrainerService

@Suite("A command recipe as a Job of Kubernetes")
struct KubernetesJobTests {
    @Test("the manifest is the one that deploy/scripts/check-kubernetes.py holds against the published schema")
    func manifest() throws {
        var run = TrainingRun(
            id: "9f3c7a0e5b1d4c2f8a6e0b7d3c5f1a2e", capability: "digits", state: .queued, manifestRevision: 1, recipe: "command",
            parameters: ["epochs": 3], seed: 7, metrics: [:], environment: [:], createdAt: .now, timeoutSeconds: 3_600)
        let recipe = CommandRecipe(
            archive: Digest(of: [1]), command: ["python3", "train.py"], environment: ["EPOCHS": "3"],
            resources: .init(memoryBytes: 2 << 30))
        run.command = recipe
        let made = KubernetesJob.manifest(
            run, recipe, team: "documents", image: "docker.io/library/python:3.11", url: "http://gateway-internal:8080")
        let file = Checkout.root.appending(path: "deploy/kubernetes/samples/run.json")
        let golden = try WireJSON.decode(JSONValue.self, from: try Data(contentsOf: file))
        #expect(made == golden, "\(String(decoding: made.canonical, as: UTF8.self))")
    }
}
