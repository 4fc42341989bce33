import Contracts
import Foundation
import Testing

@testable import TrainerService

@Suite("What a command recipe may be")
struct CommandPlanTests {
    private func faults(_ recipe: CommandRecipe, timeout: Int? = nil) throws -> [String] {
        let manifest = try Digits.manifest()
        do {
            _ = try CommandPlan(NewRun(capability: "digits", timeoutSeconds: timeout, command: recipe), manifest: manifest)
            return []
        } catch {
            return (error.errors ?? []).map(\.field)
        }
    }

    private func recipe(
        _ command: [String] = ["python3", "train.py"], environment: [String: String]? = nil, lock: String? = nil,
        resources: CommandRecipe.Resources? = nil, commit: String? = nil
    ) -> CommandRecipe {
        CommandRecipe(
            archive: Digest(of: [1]), command: command, environment: environment, lock: lock, resources: resources, commit: commit)
    }

    @Test("a program with its bounds is taken, and what is left out has a standard")
    func fine() throws {
        #expect(try faults(recipe(environment: ["EPOCHS": "3"], lock: "env/requirements.lock", commit: "abcdef0")) == [])
        let plan = try CommandPlan(NewRun(capability: "digits", seed: 3, command: recipe()), manifest: try Digits.manifest())
        #expect(plan.seed == 3)
        #expect(plan.timeout == CommandPlan.longest)
    }

    @Test("hostile and senseless wishes are refused by the field")
    func refusals() throws {
        #expect(try faults(recipe([])) == ["command.command"])
        #expect(try faults(recipe(["a\u{0}b"])) == ["command.command"])
        #expect(try faults(recipe(environment: ["LD_PRELOAD": "x"])) == ["command.environment.LD_PRELOAD"])
        #expect(try faults(recipe(environment: ["MLFLOW_TRACKING_TOKEN": "x"])) == ["command.environment.MLFLOW_TRACKING_TOKEN"])
        #expect(try faults(recipe(environment: ["A=B": "x"])) == ["command.environment"])
        for lock in ["../lock", "/etc/passwd", "a/../b", "-r", ""] { #expect(try faults(recipe(lock: lock)) == ["command.lock"]) }
        #expect(try faults(recipe(resources: .init(memoryBytes: 1))) == ["command.resources.memoryBytes"])
        #expect(try faults(recipe(resources: .init(processes: 100_000))) == ["command.resources.processes"])
        #expect(try faults(recipe(commit: "HEAD; rm")) == ["command.commit"])
        #expect(try faults(recipe(), timeout: 200_000) == ["timeoutSeconds"])
    }

    @Test("a program sees nothing of the service's own variables, and its own cannot change how it is found")
    func variables() {
        let run = TrainingRun(
            id: "r-1", capability: "digits", state: .queued, manifestRevision: 1, recipe: "command", parameters: ["epochs": 3], seed: 7,
            metrics: [:], environment: [:], createdAt: .now)
        let seen = CommandEnvironment.variables(
            run, recipe(environment: ["EPOCHS": "3"]), folder: "/f", tracking: .init(uri: "http://127.0.0.1:5000/mlflow", token: "t"))
        #expect(
            Set(seen.keys) == [
                "LANG", "PYTHONUNBUFFERED", "PYTHONHASHSEED", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "EPOCHS",
                "PATH", "HOME", "TMPDIR", "MLMESH_RUN", "MLMESH_CAPABILITY", "MLMESH_SEED", "MLMESH_PARAMETERS", "MLMESH_DATA",
                "MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_TOKEN", "MLFLOW_RUN_ID",
            ])
        #expect(seen["MLMESH_PARAMETERS"] == #"{"epochs":3}"#)
        #expect(CommandEnvironment.variables(run, recipe(), folder: "/f", tracking: nil)["MLFLOW_RUN_ID"] == nil)
    }

    @Test("the log keeps so much and says that it is full; the last line is known all the same")
    func log() {
        var log = LogTail()
        log.append(Array("first\n".utf8))
        #expect(log.take() == Array("first\n".utf8))
        #expect(log.take() == [])
        for _ in 0..<100 { log.append([UInt8](repeating: 65, count: 100_000)) }
        log.append(Array("\nthe end\u{1b}[0m\n\n".utf8))
        let kept = log.take()
        #expect(kept.count == LogTail.most - 6 + LogTail.notice.utf8.count)
        #expect(String(decoding: kept.suffix(LogTail.notice.utf8.count), as: UTF8.self) == LogTail.notice)
        #expect(log.take() == [])
        #expect(log.lastLine == "the end[0m")
    }

    @Test("what the machine cannot give falls back to what it can, and the words say so")
    func fallbacks() {
        func words(_ abilities: SandboxAbilities, network: Bool = false) -> String {
            Sandbox(abilities: abilities, resources: .init(memoryBytes: 1 << 30), network: network, user: 7, hidden: ["/secrets"])
                .words(["true"], in: "/w", variables: "/v").joined(separator: " ")
        }
        let full = words(SandboxAbilities(hasOwnUsers: true, namespaces: .privileged, groups: ["memory": "/m", "pids": "/p"]))
        #expect(full.contains("--net") && full.contains("--reuid=7") && full.contains("--no-new-privs") && full.contains("/secrets"))
        #expect(!full.contains("--as="))
        #expect(!words(SandboxAbilities(hasOwnUsers: true, namespaces: .privileged, groups: [:]), network: true).contains("--net "))
        let user = words(SandboxAbilities(hasOwnUsers: false, namespaces: .user, groups: [:]))
        #expect(user.contains("--user --map-root-user") && user.contains("--as=1073741824") && !user.contains("--reuid"))
        let bare = SandboxAbilities(hasOwnUsers: false, namespaces: .none, groups: [:])
        #expect(!words(bare).contains("unshare"))
        #expect(bare.facts(network: false)["sandbox.network"] == "not kept out")
    }

    @Test("where a program would have the service's rights none is run, unless an operator says so")
    func trust() throws {
        let job = Job(kind: .run, id: "r-1", fence: 1, attempt: 1)
        func network(
            _ ownUsers: Bool, _ namespaces: SandboxAbilities.Namespaces, open: Bool = false, trusted: Bool = false
        ) throws -> Bool {
            let abilities = SandboxAbilities(hasOwnUsers: ownUsers, namespaces: namespaces, groups: [:])
            let recipe = CommandRecipe(archive: Digest(of: [1]), command: ["true"], network: open)
            return try CommandWork.sandbox(job, recipe, abilities, hidden: [], trusted: trusted).network
        }
        #expect(try !network(true, .privileged))
        for open in [false, true] {
            for (ownUsers, namespaces) in [(false, .user), (false, .none), (true, .none)] as [(Bool, SandboxAbilities.Namespaces)] {
                let failure = #expect(throws: JobFailure.self) { try network(ownUsers, namespaces, open: open) }
                #expect(failure?.description.contains("TRAINER_COMMANDS=trusted") == true)
            }
        }
        #expect(try !network(false, .user, trusted: true))
        #expect(try network(false, .none, open: true, trusted: true))
        let failure = #expect(throws: JobFailure.self) { try network(false, .none, trusted: true) }
        #expect(failure?.description.contains("command.network") == true)
    }

    @Test("the program's variables are set after the last wrapper, whatever they hold")
    func script() throws {
        let abilities = SandboxAbilities(hasOwnUsers: true, namespaces: .privileged, groups: [:])
        let words = Sandbox(abilities: abilities, resources: .init(), network: false, user: 7).words(["true"], in: "/w", variables: "/v")
        let last = try #require(words.lastIndex(of: "/usr/bin/setpriv"))
        #expect(try #require(words.firstIndex(of: "/v")) > last)
        #expect(words[last...].contains("/usr/bin/env"))
        let hostile = "it's $(id) `id` \"\\\n x=1"
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", CommandEnvironment.script(["A": hostile, "B": "'"]) + "printf %s \"$A|$B\""]
        process.standardOutput = pipe
        try process.run()
        let said = try pipe.fileHandleForReading.readToEnd()
        process.waitUntilExit()
        #expect(said.map { String(decoding: $0, as: UTF8.self) } == hostile + "|'")
    }

    @Test("users of attempts are none that people have, and differ")
    func users() {
        let users = Set((1...200).map { Sandbox.user(run: "r-\($0)", attempt: 1) })
        #expect(users.count == 200)
        #expect(users.allSatisfy { $0 >= Sandbox.firstUser && $0 < 1 << 31 })
    }

    @Test("the address behind a relay keeps its path, and HTTPS has none")
    func address() {
        #expect(TrackingAddress("http://gateway:8080/base/mlflow")?.behind(relay: 5_000) == "http://127.0.0.1:5000/base/mlflow")
        #expect(TrackingAddress("http://gateway/mlflow")?.port == 80)
        #expect(TrackingAddress("https://gateway/mlflow")?.behind(relay: 5_000) == nil)
        #expect(TrackingAddress("nonsense") == nil)
    }
}
