import BlobStore
import Contracts
import Foundation

/// The folder of one attempt: the program's working directory and home, which are its user's, and the rows and variables, which it alone
/// may read.
struct CommandFolder: Sendable {
    /// Bytes that an archive may hold.
    static let most = 4 << 30

    let root: URL
    /// The program's user; nil where it is the service's own.
    let user: Int?
    var work: URL { root.appending(path: "work") }
    var home: URL { root.appending(path: "home") }
    var data: URL { root.appending(path: "data.jsonl") }
    /// What the program's environment is taken from.
    var variables: URL { root.appending(path: "variables") }
    /// The program starts when this is there.
    var gate: URL { root.appending(path: "gate") }

    /// Makes the folder. Throws where it cannot be made.
    static func make(user: Int?) throws -> CommandFolder {
        let folder = CommandFolder(root: ScratchFolder.own(), user: user)
        let files = FileManager.default
        try files.createDirectory(at: folder.root, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        for own in [folder.work, folder.home] {
            try files.createDirectory(at: own, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            if let user, chown(own.path, uid_t(user), gid_t(user)) != 0 {
                throw JobFailure("The working directory cannot be given to the program's user.")
            }
        }
        return folder
    }

    /// Writes the labeled rows of train and validation as JSON, one a line; those of test stay unseen.
    func write(rows: [DatasetRow]) throws {
        var text: [UInt8] = []
        for row in rows.sorted(by: { $0.id < $1.id }) where ["train", "validation"].contains(row.split) {
            text += Array(try WireJSON.encode(row)) + [0x0A]
        }
        try give(Data(text), at: data)
    }

    /// Writes the environment of the program that is started next.
    func write(variables all: [String: String]) throws {
        try? FileManager.default.removeItem(at: variables)
        try give(Data(CommandEnvironment.script(all).utf8), at: variables)
    }

    /// Writes a new file that nobody but the program's user can read, at no time: folders of temporary files are everybody's.
    private func give(_ content: Data, at file: URL) throws {
        let descriptor = Glibc.open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o400)
        guard descriptor >= 0 else { throw JobFailure("The program's files cannot be written.") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: content)
        if let user, fchown(descriptor, uid_t(user), gid_t(user)) != 0 {
            throw JobFailure("The program's files cannot be given to its user.")
        }
        try handle.close()
    }

    func open() throws { try Data().write(to: gate) }

    func remove() {
        // What the program made unreadable is made readable first.
        try? FileManager.default.removeItem(at: root)
    }

    /// The command that unpacks an archive from its standard input into the present folder, within a bound.
    static func unpacking(_ head: [UInt8]) -> [String] {
        let inflate = head.starts(with: [0x1F, 0x8B]) ? "gzip -dc |" : ""
        let tar = "tar -x -f - --no-same-owner --no-same-permissions"
        return ["/bin/sh", "-c", "\(inflate) head -c \(most) | \(tar)"]
    }
}
