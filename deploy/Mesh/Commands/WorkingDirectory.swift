import Foundation

/// A folder as a command recipe carries it: its files in an archive, the commit that it is at, and what was not committed.
struct WorkingDirectory: Sendable {
    /// Bytes that the trainer takes.
    static let most = 64 << 20

    let archive: [UInt8]
    /// Nil outside a repository.
    let commit: String?
    /// As `git diff` prints it; nil when there is nothing.
    let diff: [UInt8]?

    /// Packs a folder: in a repository the files that git knows or would know, elsewhere all. The same files give the same bytes.
    init(_ folder: String) throws {
        let isRepository = (try? Self.output("/usr/bin/git", ["rev-parse", "HEAD"], in: folder)).map { !$0.isEmpty } ?? false
        let list = isRepository ? "git ls-files -co --exclude-standard -z" : "find . -type f -o -type l | sed 's|^\\./||' | tr '\\n' '\\0'"
        let pack = "tar --null -T - --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX -cf - | gzip -n"
        archive = try Self.output(
            "/bin/sh", ["-c", "\(list) | LC_ALL=C sort -z | \(pack)"], in: folder)
        guard archive.count <= Self.most else {
            throw CommandFault("\(folder) packs to \(archive.count) bytes, and at most \(Self.most) are taken: leave data out of it")
        }
        guard isRepository else {
            (commit, diff) = (nil, nil)
            return
        }
        let hash = String(decoding: try Self.output("/usr/bin/git", ["rev-parse", "HEAD"], in: folder), as: UTF8.self)
        commit = hash.trimmingCharacters(in: .whitespacesAndNewlines)
        let changes = try Self.output("/usr/bin/git", ["diff", "--binary", "HEAD", "--", "."], in: folder)
        diff = changes.isEmpty ? nil : changes
    }

    private static func output(_ program: String, _ words: [String], in folder: String) throws -> [UInt8] {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = words
        process.currentDirectoryURL = URL(filePath: folder)
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CommandFault("\(program) \(words.first ?? "") failed in \(folder)") }
        return Array(data)
    }
}
