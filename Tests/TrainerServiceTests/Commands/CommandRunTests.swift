import BlobStore
import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Programs that train", .serialized, .enabled(if: SandboxProbe.abilities.namespaces != .none))
struct CommandRunTests {
    private func start(
        _ mesh: TrainerHarness, _ script: String, resources: CommandRecipe.Resources? = nil, timeout: Int? = nil
    ) async throws -> TrainingRun {
        let digest = try await mesh.archive(of: script)
        return try await start(mesh, CommandRecipe(archive: digest, command: ["sh", "train.sh"], resources: resources), timeout: timeout)
    }

    private func start(_ mesh: TrainerHarness, _ recipe: CommandRecipe, timeout: Int? = nil) async throws -> TrainingRun {
        let wish = NewRun(capability: "digits", timeoutSeconds: timeout, command: recipe)
        return try await mesh.start(String(decoding: try WireJSON.encode(wish), as: UTF8.self))
    }

    private func log(_ mesh: TrainerHarness, _ run: TrainingRun, follow: Bool = false) async throws -> String {
        try await mesh.probe.send("GET", "/v1/trainer/runs/\(run.id)/logs\(follow ? "?follow=true" : "")", token: mesh.engineer).text
    }

    private func withCommands(_ body: @Sendable @escaping (TrainerHarness) async throws -> Void) async throws {
        try await withTrainer(lease: 1_000) { mesh in
            try await mesh.commit(try Digits.rows(300), manifest: try Digits.manifest())
            try await body(mesh)
        }
    }

    @Test("a program sees its own folder, user, processes and rows, and neither the service's secrets nor its blobs")
    func confined() async throws {
        try await withCommands { mesh in
            let script = """
                echo "user $(id -u)"
                echo "processes $(ls /proc | grep -c '^[0-9]')"
                echo "rows $(wc -l < $MLMESH_DATA) test $(grep -c '"split":"test"' $MLMESH_DATA)"
                echo "modes $(stat -c '%a %u' $MLMESH_DATA "$(dirname $MLMESH_DATA)/variables" | tr '\\n' ' ')"
                echo "groups $(find /sys/fs/cgroup -maxdepth 2 -name "mlmesh-$MLMESH_RUN*" | wc -l)"
                echo "run $MLMESH_RUN secret ${MESH_CLIENT_SECRET_FILE:-none} database ${DATABASE_URL:-none}"
                echo "blobs $(ls \(mesh.folder) | wc -l)"
                touch /etc/evil 2>/dev/null && echo wrote
                echo "descriptors $(ls /proc/self/fd | wc -l)"
                grep -i '^cap\\(eff\\|bnd\\)\\|nonewprivs' /proc/self/status
                """
            let run = try await mesh.ended(try await start(mesh, script).id)
            let text = try await log(mesh, run)
            #expect(run.state == .succeeded, "\(run.error ?? "") \(text)")
            #expect(run.version == nil)
            if SandboxProbe.abilities.hasOwnUsers {
                let user = Sandbox.user(run: run.id, attempt: 1)
                #expect(text.contains("user \(user)\n"), "\(text)")
                // Programs of other runs, which have other users, find the folder among those of temporary files.
                #expect(text.contains("modes 400 \(user) 400 \(user) \n"), "\(text)")
            }
            #expect(text.contains("groups 0\n"), "\(text)")
            #expect(text.wholeMatch(of: /(?s).*processes [1-5]\n.*/) != nil, "\(text)")
            #expect(text.wholeMatch(of: /(?s).*rows 2[0-9][0-9] test 0\n.*/) != nil, "\(text)")
            #expect(text.contains("run \(run.id) secret none database none\n"))
            #expect(text.contains("blobs 0\n"), "\(text)")
            #expect(!text.contains("wrote"))
            // Its own three, that of the listing itself, and the one by which Foundation learns of the end.
            #expect(text.contains("descriptors 5\n"), "\(text)")
            #expect(text.contains("CapEff:\t0000000000000000") && text.contains("CapBnd:\t0000000000000000"), "\(text)")
            #expect(text.contains("NoNewPrivs:\t1"))
            #expect(run.environment["sandbox.network"] == "own namespace")
            #expect(run.code?.digest == run.command?.archive)
        }
    }

    @Test("what wraps a program, with the service's rights, sees none of the program's variables and has none in its words")
    func wrappers() async throws {
        try await withCommands { mesh in
            let digest = try await mesh.archive(of: "echo \"said $SAID, from $GCONV_PATH in $LC_ALL\"; sleep 3")
            let recipe = CommandRecipe(
                archive: digest, command: ["sh", "train.sh"],
                environment: ["GCONV_PATH": "/tmp/evil", "LANGUAGE": "../../../tmp/evil", "LC_ALL": "C.UTF-8", "SAID": "it's so"])
            let run = try await start(mesh, recipe)
            try await eventually(within: .seconds(20)) {
                let text = try await log(mesh, run)
                return text == "said it's so, from /tmp/evil in C.UTF-8\n" ? nil : text
            }
            let wrappers = mesh.processes(of: run).filter { $0.words.hasPrefix("/usr/bin/unshare") }
            #expect(!wrappers.isEmpty)
            for wrapper in wrappers {
                #expect(!wrapper.words.contains("evil") && !wrapper.words.contains("it's so"), "\(wrapper)")
                let names = wrapper.environment.split(separator: "\0").compactMap { $0.split(separator: "=").first }
                #expect(Set(names).isSubset(of: ["PATH", "LC_ALL", "MLMESH_ATTEMPT", "PWD", "OLDPWD", "SHLVL", "_"]), "\(names)")
                #expect(wrapper.environment.contains("LC_ALL=C\0"))
                #expect(wrapper.environment.contains("PATH=/usr/sbin:/usr/bin:/sbin:/bin\0"))
            }
            #expect(try await mesh.ended(run.id).state == .succeeded)
        }
    }

    @Test("the network ends at the tracking server, which is reached with the attempt's own credential; that dies with the attempt")
    func network() async throws {
        try await withCommands { mesh in
            let script = """
                python3 - <<'PYTHON'
                import os, socket, urllib.request, urllib.parse
                uri = urllib.parse.urlsplit(os.environ["MLFLOW_TRACKING_URI"])
                print("tracking", urllib.request.urlopen(f"http://{uri.netloc}/healthz").status)
                print("token", os.environ["MLFLOW_TRACKING_TOKEN"], os.environ["MLFLOW_RUN_ID"])
                for port in [\(mesh.probe.port), \(mesh.peerPort)]:
                    try:
                        socket.create_connection(("127.0.0.1", port), 1)
                        print("reached", port)
                    except OSError:
                        pass
                try:
                    socket.create_connection(("192.0.2.1", 80), 1)
                    print("reached outside")
                except OSError:
                    print("kept in")
                PYTHON
                """
            let run = try await mesh.ended(try await start(mesh, script).id)
            let text = try await log(mesh, run)
            #expect(run.state == .succeeded, "\(run.error ?? "") \(text)")
            #expect(text.contains("tracking 200"), "\(text)")
            #expect(text.contains(/token ey[^ ]+ \S+/) && text.contains(" \(run.id)\n"), "\(text)")
            #expect(text.contains("kept in"))
            #expect(!text.contains("reached"), "\(text)")
            #expect(mesh.peers.now.attempts.map(\.run) == [run.id])
            #expect(mesh.peers.now.attempts.map(\.team) == ["documents"])
            #expect(mesh.peers.now.revoked == ["\(run.id).1"])
        }
    }

    @Test("a program that fails fails its run with its last line; the log is there while it runs and afterwards")
    func failure() async throws {
        try await withCommands { mesh in
            let run = try await start(mesh, "echo begun; sleep 2; echo 'no such column: pixels' >&2; exit 3")
            try await eventually(within: .seconds(20)) {
                let text = try await log(mesh, run)
                return text == "begun\n" ? nil : text
            }
            #expect(try await mesh.run(run.id).state == .running)
            let text = try await log(mesh, run, follow: true)
            #expect(text == "begun\nno such column: pixels\n")
            let ended = try await mesh.ended(run.id)
            #expect(ended.state == .failed)
            #expect(ended.error == "The program failed with status 3: no such column: pixels")
            #expect(mesh.peers.now.revoked == ["\(run.id).1"])
            let other = mesh.authority.key(roles: [.viewer], team: "mobile")
            #expect(try await mesh.probe.send("GET", "/v1/trainer/runs/\(run.id)/logs", token: other).status == 403)
        }
    }

    @Test("cancelling and the timeout kill the program with all that it started")
    func killed() async throws {
        try await withCommands { mesh in
            let script = "setsid sleep 1000 & (sleep 1000 &) ; echo ready; sleep 1000"
            for timeout in [nil, 4] as [Int?] {
                let run = try await start(mesh, script, timeout: timeout)
                try await eventually(within: .seconds(20)) { try await log(mesh, run).contains("ready") ? nil : "not started" }
                #expect(mesh.programs(of: run) > 0)
                if timeout == nil {
                    _ = try await mesh.probe.send("POST", "/v1/trainer/runs/\(run.id)/cancel", token: mesh.engineer, body: [])
                }
                let ended = try await mesh.ended(run.id)
                #expect(ended.state == (timeout == nil ? .cancelled : .failed))
                if timeout != nil { #expect(ended.error == "Ended by its timeout.") }
                try await eventually(within: .seconds(10)) { mesh.programs(of: run) == 0 ? nil : "\(mesh.programs(of: run)) live on" }
                #expect(mesh.peers.now.revoked.contains("\(run.id).1"))
            }
        }
    }

    @Test("a fork bomb, a flood of output and a file without end meet their bounds")
    func bounds() async throws {
        try await withCommands { mesh in
            let bomb = """
                python3 - <<'PYTHON'
                import os, time
                made = 0
                try:
                    while made < 2000:
                        if os.fork() == 0:
                            time.sleep(60)
                        made += 1
                except OSError as error:
                    print("bounded at", made, flush=True)
                PYTHON
                """
            let forked = try await mesh.ended(try await start(mesh, bomb, resources: .init(processes: 40)).id)
            let text = try await log(mesh, forked)
            #expect(forked.state == .succeeded, "\(forked.error ?? "") \(text)")
            let count = text.firstMatch(of: /bounded at (\d+)/).flatMap { Int($0.1) } ?? .max
            #expect((10...40).contains(count), "\(text)")
            #expect(mesh.programs(of: forked) == 0)

            let flood = try await mesh.ended(try await start(mesh, "head -c 40000000 /dev/zero | tr '\\0' a; echo; echo done").id)
            #expect(flood.state == .succeeded, "\(flood.error ?? "")")
            let kept = try await log(mesh, flood)
            #expect(kept.utf8.count == LogTail.most + LogTail.notice.utf8.count)
            #expect(kept.hasSuffix(LogTail.notice))

            let file = try await mesh.ended(
                try await start(
                    mesh, "head -c 100000000 /dev/zero > big; ls -l big | awk '{print $5}'", resources: .init(fileBytes: 1 << 20)
                ).id)
            #expect(try await log(mesh, file).contains("1048576\n"))
        }
    }

    @Test("hostile and broken archives change nothing outside the folder")
    func archives() async throws {
        try await withCommands { mesh in
            let outside = FileManager.default.temporaryDirectory.appending(path: "outside-" + UUID().uuidString)
            try Data("kept".utf8).write(to: outside)
            defer { try? FileManager.default.removeItem(at: outside) }
            let links = try await mesh.archive(of: "echo evil > link; cat link; echo end", links: ["link": outside.path])
            let linked = try await mesh.ended(try await start(mesh, CommandRecipe(archive: links, command: ["sh", "train.sh"])).id)
            #expect(linked.state == .succeeded, "\(linked.error ?? "")")
            #expect(try String(contentsOf: outside, encoding: .utf8) == "kept")

            let broken = try await mesh.upload(Array("this is no archive at all".utf8))
            let failed = try await mesh.ended(try await start(mesh, CommandRecipe(archive: broken, command: ["true"])).id)
            #expect(failed.state == .failed)
            #expect(failed.error?.hasPrefix("The archive cannot be unpacked") == true, "\(failed.error ?? "")")

            let missing = try WireJSON.encode(
                NewRun(capability: "digits", command: CommandRecipe(archive: Digest(of: [9, 9]), command: ["true"])))
            let refused = try await mesh.probe.send(
                "POST", "/v1/trainer/runs", token: mesh.engineer, json: String(decoding: missing, as: UTF8.self))
            #expect((refused.status, refused.json["errors"]?.arrayValue?.first?["field"]) == (422, "command.archive"))
            let other = mesh.authority.key(roles: [.viewer], team: "mobile")
            #expect(try await mesh.probe.send("GET", "/v1/trainer/archives/\(links)", token: other).status == 404)
            #expect(try await mesh.probe.send("GET", "/v1/trainer/archives/\(links)", token: mesh.engineer).status == 200)
        }
    }

    @Test("a model of another team that names the run as its source is none of the run's")
    func foreign() async throws {
        try await withCommands { mesh in
            let run = try await mesh.ended(try await start(mesh, "echo trained").id)
            let logged = LoggedFiles(database: mesh.database, files: mesh.blobs)
            func model(_ id: String, of team: String, age: Int) async throws {
                try await mesh.database.execute(
                    """
                    INSERT INTO experiments (team, id, name, created_at, updated_at) VALUES (\(team), 0, 'Default', 0, 0)
                    ON CONFLICT DO NOTHING
                    """)
                try await mesh.database.execute(
                    """
                    INSERT INTO logged_models (id, team, experiment, name, status, source_run, created_at, updated_at)
                         VALUES (\(id), \(team), 0, 'model', 'READY', \(run.id), 0, 0)
                    """)
                try await mesh.database.execute("INSERT INTO artifact_roots (id, root, team) VALUES (\(id), \("0/" + id), \(team))")
                try await mesh.database.execute(
                    """
                    INSERT INTO artifact_files (root, path, digest, bytes, written_at, written_by)
                         VALUES (\("0/" + id), \(id + ".onnx"), \(Digest(of: Array(id.utf8)).description), 3,
                                 now() - make_interval(secs => \(age)), 'test')
                    """)
            }
            try await model("m-theirs", of: "mobile", age: 0)
            #expect(try await logged.newest(of: run.id)?.path == nil)
            try await model("m-ours", of: "documents", age: 60)
            #expect(try await logged.newest(of: run.id)?.path == "m-ours.onnx")
        }
    }

    @Test("the ONNX file that a program logged is measured and registered, and one that does not fit fails the run")
    func registration() async throws {
        try await withCommands { mesh in
            let native = try await mesh.ended(try await mesh.start().id)
            let model = try #require(native.model)
            let administrator = mesh.authority.key(roles: [.administrator], team: "platform")
            func hold(_ limit: Int) async throws {
                let answer = try await mesh.probe.send(
                    "PUT", "/v1/trainer/quotas/documents", token: administrator, json: #"{"limit": \#(limit)}"#)
                #expect(answer.status == 200)
            }
            let files = try DirectoryBlobStore(root: mesh.folder.appending(path: "trainer/artifacts"))
            for digest in [try await files.put(try await mesh.blobs.get(model)), try await files.put([1, 2, 3])] {
                try await hold(0)
                let run = try await start(mesh, "echo trained")
                try await mesh.database.execute(
                    """
                    INSERT INTO artifact_roots (id, root, team) VALUES (\(run.id), \("0/\(run.id)/artifacts"), 'documents')
                    ON CONFLICT (id) DO NOTHING
                    """)
                try await mesh.database.execute(
                    """
                    INSERT INTO artifact_files (root, path, digest, bytes, written_at, written_by)
                         SELECT root, 'model/model.onnx', \(digest.description), 3, now(), 'test' FROM artifact_roots WHERE id = \(run.id)
                    """)
                try await hold(100)
                let ended = try await mesh.ended(run.id)
                if digest == model {
                    #expect(ended.state == .succeeded, "\(ended.error ?? "")")
                    #expect(ended.model == model)
                    #expect(ended.metrics["validation_accuracy"] == native.metrics["validation_accuracy"])
                    #expect(mesh.peers.now.versions.map(\.run) == [native.id, run.id])
                    #expect(try await mesh.endedSuite(run.id).state == .finished)
                } else {
                    #expect(ended.state == .failed)
                    #expect(ended.error?.hasPrefix("The engine refuses the model") == true, "\(ended.error ?? "")")
                }
            }
        }
    }
}
