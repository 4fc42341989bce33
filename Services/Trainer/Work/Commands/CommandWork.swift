import BlobStore
import Contracts
import Foundation
import Logging
import OnnxRuntime

/// Does a run of a command recipe: working directory, sandbox, log, credential, and the model that the program logged.
struct CommandWork: Sendable {
    static let look: Duration = .milliseconds(100)

    let training: RunWork
    let logs: RunLogs
    let models: LoggedFiles
    let identity: IdentityPeer
    /// Nil where there is none: programs then run without.
    let tracking: TrackingAddress?
    /// Folders that no program may see.
    let hidden: [String]
    /// Whether programs are run with the service's own rights where the machine has no others for them.
    let trusted: Bool
    let logger: Logger

    private var runs: RunStore { training.runs }

    func perform(_ job: Job, _ control: JobControl) async throws {
        let asked = try await runs.stored(job.id)
        guard let recipe = asked.run.command else { throw JobFailure("The run has no command.") }
        let abilities = try await ComputeThread.run("probe") { SandboxProbe.abilities }
        let sandbox = try Self.sandbox(job, recipe, abilities, hidden: hidden, trusted: trusted)
        let facts = RunEnvironment.record(runtime: training.runtime).merging(abilities.facts(network: sandbox.network)) { $1 }
        let stored = try await runs.start(job, environment: facts)
        if try await training.wasRegistered(stored.run, job, control) { return }
        let (reference, rows) = try await training.material(of: stored, job)
        let token = try await credential(job)
        let attempt = Attempt(job: job, stored: stored, recipe: recipe, sandbox: sandbox, token: token)
        let result: Result<Void, any Error>
        do {
            result = .success(try await run(attempt, rows, control))
        } catch {
            result = .failure(error)
        }
        await endCredential(job)
        try result.get()
        try await conclude(attempt, reference, rows, control)
    }

    /// What one attempt needs.
    struct Attempt: Sendable {
        let job: Job
        let stored: StoredRun
        let recipe: CommandRecipe
        let sandbox: Sandbox
        let token: String?
    }

    /// Throws ``JobFailure`` where the program would not be kept in.
    static func sandbox(
        _ job: Job, _ recipe: CommandRecipe, _ abilities: SandboxAbilities, hidden: [String], trusted: Bool
    ) throws -> Sandbox {
        // Files and sockets know no networks: a program of the service's user could read its credentials and act as the service.
        guard abilities.isolates || trusted else {
            throw JobFailure(
                "The trainer runs no programs: it is not root with namespaces, so that a program would have the trainer's own rights. "
                    + "An operator who trusts every author of programs sets TRAINER_COMMANDS=trusted.")
        }
        let network = recipe.network ?? false
        guard network || abilities.namespaces != .none else {
            throw JobFailure(
                "The trainer's machine has no way to keep a program from the network: allow it (command.network), or run it elsewhere.")
        }
        return Sandbox(
            abilities: abilities, resources: recipe.resources ?? CommandRecipe.Resources(), network: network,
            user: Sandbox.user(run: job.id, attempt: job.fence), hidden: hidden)
    }

    /// A token of this attempt's own. That of an attempt before, whose trainer may have been killed, ends first.
    private func credential(_ job: Job) async throws -> String? {
        guard tracking != nil else { return nil }
        let (run, team) = try await runs.find(job.id)
        if job.fence > 1 { try await identity.revoke(run: job.id, attempt: job.fence - 1) }
        let seconds = min(CommandPlan.longest, run.timeoutSeconds ?? CommandPlan.longest)
        return try await identity.token(run: job.id, attempt: job.fence, team: team, seconds: seconds)
    }

    private func endCredential(_ job: Job) async {
        guard tracking != nil else { return }
        // A task of its own: the one at hand may be cancelled.
        await Task { [identity, logger] in
            do {
                try await identity.revoke(run: job.id, attempt: job.fence)
            } catch {
                logger.warning("a credential lives on until its time is over", metadata: ["job": "\(job.id)"])
            }
        }.value
    }

    /// Registers the newest ONNX file that the program logged; a program may also log none.
    private func conclude(_ attempt: Attempt, _ reference: DatasetReference, _ rows: [DatasetRow], _ control: JobControl) async throws {
        let (run, job) = (attempt.stored.run, attempt.job)
        var metrics = try await models.metrics(of: run.id)
        guard let model = try await models.newest(of: run.id) else {
            try control.seal()
            return try await runs.conclude(job, model: nil, metrics: metrics)
        }
        let bytes = try await models.bytes(of: model)
        let (manifest, runtime) = (attempt.stored.manifest, training.runtime)
        let measured = try await ComputeThread.run("validation") {
            try LoggedFiles.measure(bytes, rows: rows, manifest: manifest, runtime: runtime)
        }
        metrics.merge(measured) { $1 }
        try control.seal()
        _ = try await training.blobs.put(bytes)
        guard run.registers else { return try await runs.conclude(job, model: model.digest, metrics: metrics) }
        let registered = try await training.registry.register(
            NewModelVersion(
                model: model.digest, bytes: bytes.count, run: run.id, dataset: reference, manifestRevision: run.manifestRevision,
                recipe: run.recipe, parameters: run.parameters, seed: run.seed, metrics: metrics),
            of: run.capability)
        try await runs.succeed(job, registered)
    }
}
