import Contracts
import Foundation
import ServiceTestSupport
import TestSupport

extension TrainerHarness {
    /// Uploads a folder with a script, `train.sh`, and links in it, and gives the archive's digest.
    func archive(of script: String, files: [String: [UInt8]] = [:], links: [String: String] = [:]) async throws -> Digest {
        let folder = FileManager.default.temporaryDirectory.appending(path: "archive-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(script.utf8).write(to: folder.appending(path: "train.sh"))
        for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
        for (name, target) in links {
            try FileManager.default.createSymbolicLink(atPath: folder.appending(path: name).path, withDestinationPath: target)
        }
        let file = folder.appendingPathExtension("tar")
        defer { try? FileManager.default.removeItem(at: file) }
        let tar = try Process.run(URL(filePath: "/bin/tar"), arguments: ["-czf", file.path, "-C", folder.path, "."])
        tar.waitUntilExit()
        return try await upload(Array(try Data(contentsOf: file)))
    }

    func upload(_ bytes: [UInt8]) async throws -> Digest {
        let answer = try await probe.send("POST", "/v1/trainer/archives", token: engineer, body: bytes)
        guard answer.status == 201 else { throw TestSupportError("\(answer.status) \(answer.text)") }
        return try answer.decode(StoredArchive.self).digest
    }

    /// How many processes belong to a run.
    func programs(of run: TrainingRun) -> Int { processes(of: run).count }

    /// Words and environments, with a zero between any two, of the processes whose environment says that they belong to a run.
    func processes(of run: TrainingRun) -> [(words: String, environment: String)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.filter { Int($0) != nil }.compactMap { name in
            func read(_ file: String) -> String? {
                (try? Data(contentsOf: URL(filePath: "/proc/\(name)/\(file)"))).map { String(decoding: $0, as: UTF8.self) }
            }
            guard let environment = read("environ"), environment.contains("MLMESH_ATTEMPT=\(run.id).") else { return nil }
            return (read("cmdline") ?? "", environment)
        }
    }
}
