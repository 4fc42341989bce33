import BlobStore
import Contracts
import Foundation

extension CommandWork {
    /// Runs the program to its end. Throws ``JobFailure`` when it fails, ``JobStop`` when it is stopped.
    func run(_ attempt: Attempt, _ rows: [DatasetRow], _ control: JobControl) async throws {
        let folder = try CommandFolder.make(user: attempt.sandbox.abilities.hasOwnUsers ? attempt.sandbox.user : nil)
        let limits = attempt.sandbox.resources
        let group = ControlGroup(
            in: attempt.sandbox.abilities.groups,
            memory: limits.memoryBytes ?? CommandPlan.standardMemory, processes: limits.processes ?? CommandPlan.standardProcesses)
        defer {
            group.kill()
            group.remove()
            folder.remove()
        }
        var sandbox = attempt.sandbox
        sandbox.groups = group.folders
        try folder.write(rows: rows)
        let confined = Confined(attempt: attempt, folder: folder, group: group, sandbox: sandbox)
        try await unpack(confined, control)
        let path = try await lock(confined, control)
        try await program(confined, path: path, control)
    }

    /// An attempt with its folder and bounds.
    struct Confined: Sendable {
        let attempt: Attempt
        let folder: CommandFolder
        let group: ControlGroup
        let sandbox: Sandbox

        private var mark: String { "\(attempt.job.id).\(attempt.job.fence)" }

        /// A program that is not started yet, whose environment is the folder's from now on.
        func program(_ tracking: CommandEnvironment.Tracking? = nil, path: [String] = []) throws -> SandboxedProgram {
            var variables = CommandEnvironment.variables(
                attempt.stored.run, attempt.recipe, folder: folder.root.path, tracking: tracking, path: path)
            variables[CommandEnvironment.mark] = mark
            try folder.write(variables: variables)
            return SandboxedProgram(group: group, mark: mark)
        }

        func words(_ command: [String], gate: String? = nil, in sandbox: Sandbox? = nil) -> [String] {
            (sandbox ?? self.sandbox).words(command, in: folder.work.path, variables: folder.variables.path, gate: gate)
        }
    }

    private func unpack(_ confined: Confined, _ control: JobControl) async throws {
        let file = try await training.blobs.localFile(confined.attempt.recipe.archive)
        let head = try FileHandle(forReadingFrom: file).read(upToCount: 2) ?? Data()
        let unpacking = try confined.program()
        unpacking.start(confined.words(CommandFolder.unpacking(Array(head))), input: file)
        try await follow(unpacking, confined.attempt.job, control, failing: "The archive cannot be unpacked")
    }

    /// Makes the program's own environment from its lock, and gives the folder that comes first in PATH.
    private func lock(_ confined: Confined, _ control: JobControl) async throws -> [String] {
        guard let lock = confined.attempt.recipe.lock else { return [] }
        let environment = confined.folder.home.path + "/environment"
        let script =
            "python3 -m venv \"$1\" && \"$1/bin/pip\" install --quiet --disable-pip-version-check --require-hashes --no-deps -r \"$2\""
        // Packages come over the network, checked by their hashes; the program itself is kept from it afterwards.
        var open = confined.sandbox
        open = Sandbox(
            abilities: open.abilities, resources: open.resources, network: true, user: open.user, groups: open.groups, hidden: open.hidden)
        let making = try confined.program()
        making.start(confined.words(["/bin/sh", "-c", script, "sh", environment, lock], in: open))
        try await follow(making, confined.attempt.job, control, failing: "The environment cannot be made from \(lock)")
        return [environment + "/bin"]
    }

    private func program(_ confined: Confined, path: [String], _ control: JobControl) async throws {
        let isOpen = confined.sandbox.network
        let uri = isOpen ? tracking?.uri : tracking?.behind(relay: TrackingRelay.port)
        var reached: CommandEnvironment.Tracking?
        if let uri, let token = confined.attempt.token { reached = .init(uri: uri, token: token) }
        let running = try confined.program(reached, path: path)
        running.start(confined.words(confined.attempt.recipe.command, gate: confined.folder.gate.path))
        let relay = isOpen || reached == nil ? nil : await relay(into: running)
        relay?.start()
        defer { relay?.stop() }
        do {
            if reached != nil, !isOpen, relay == nil, running.end == nil {
                throw JobFailure("The program's network cannot be joined to the tracking server.")
            }
            try confined.folder.open()
        } catch {
            running.kill()
            throw error
        }
        try await follow(running, confined.attempt.job, control, failing: "The program failed")
    }

    /// A relay in the program's network, once it has one of its own.
    private func relay(into program: SandboxedProgram) async -> TrackingRelay? {
        guard let tracking else { return nil }
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/net")
        for _ in 0..<250 where program.end == nil {
            let pid = program.pid
            let network = pid > 0 ? try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/ns/net") : nil
            if let network, network != own { return await TrackingRelay(in: pid, to: tracking.host, port: tracking.port) }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return nil
    }

    /// Writes the log as it comes until the program ends, and kills it when the job is to end first.
    private func follow(_ program: SandboxedProgram, _ job: Job, _ control: JobControl, failing what: String) async throws {
        do {
            while program.end == nil {
                try control.check()
                try await logs.append(program.takeOutput(), of: job)
                try await Task.sleep(for: Self.look)
            }
        } catch {
            program.kill()
            try? await ComputeThread.run("ending") {
                for _ in 0..<500 where program.end == nil { usleep(20_000) }
            }
            throw error
        }
        try await logs.append(program.takeOutput(), of: job)
        let said = program.lastLine.isEmpty ? "" : ": " + program.lastLine
        switch program.end {
        case .exited(0), nil: return
        case .exited(let status): throw JobFailure("\(what) with status \(status)\(said)")
        case .killed(let signal): throw JobFailure("\(what) by signal \(signal)\(said)")
        case .unstarted(let reason): throw JobFailure("\(what): \(reason)")
        }
    }
}
