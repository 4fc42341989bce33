import Contracts
import HTTPService
import Hummingbird

/// A command recipe as a Job of Kubernetes.
struct JobManifestRoutes: Sendable {
    let runs: RunStore
    /// Base URL of the gateway as pods see it.
    let url: String

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/trainer/runs/{run}/kubernetes", use: manifest)
    }

    @Sendable
    func manifest(_ request: Request, _ context: ServiceContext) async throws -> Reply<JSONValue> {
        let found = try await runs.find(try context.parameter("run"))
        try context.identity.requireOwnership(of: found.team)
        guard let recipe = found.run.command else { throw Problem(.conflict, "Run \(found.run.id) has no command.") }
        let image = try request.query("image") ?? "docker.io/library/python:3.11"
        guard image.wholeMatch(of: /[a-z0-9][a-zA-Z0-9._\/:@-]{0,254}/) != nil else {
            throw FieldFault("image", expected: "the name of a container image")
        }
        return .ok(KubernetesJob.manifest(found.run, recipe, team: found.team, image: image, url: url))
    }
}
