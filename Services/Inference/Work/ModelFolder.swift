import Contracts
import Foundation

/// A folder of models on disk: `<model>/<version>/model.onnx`, and beside the versions `interface.json` and `config.json` where wanted.
struct ModelFolder: Sendable {
    static let modelFile = "model.onnx"
    static let interfaceFile = "interface.json"
    static let configFile = "config.json"

    /// What tells whether a file has changed.
    struct FileStamp: Sendable, Hashable {
        let path: String
        let inode: UInt64
        let bytes: Int
        let modified: Date

        /// Of the file that a path leads to, through links as well: that is how volumes and caches of models lay their files out. Nil
        /// where there is no plain file.
        init?(path: String) {
            let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: file),
                attributes[.type] as? FileAttributeType == .typeRegular,
                let inode = (attributes[.systemFileNumber] as? NSNumber)?.uint64Value,
                let bytes = (attributes[.size] as? NSNumber)?.intValue, let modified = attributes[.modificationDate] as? Date
            else { return nil }
            self.path = path
            self.inode = inode
            self.bytes = bytes
            self.modified = modified
        }
    }

    /// A model's files.
    struct Listing: Sendable, Hashable {
        let name: String
        /// By the version's number.
        let versions: [Int: FileStamp]
        let interface: FileStamp?
        let config: FileStamp?
    }

    let root: String

    /// The models that have a version, by name.
    func listings() -> [String: Listing] {
        let names = entries(of: root)
        let listings = names.map { name -> Listing in
            let folder = "\(root)/\(name)"
            let versions = entries(of: folder).compactMap { entry -> (Int, FileStamp)? in
                guard let number = Int(entry), number > 0, entry == String(number) else { return nil }
                return FileStamp(path: "\(folder)/\(entry)/\(Self.modelFile)").map { (number, $0) }
            }
            return Listing(
                name: name, versions: Dictionary(versions) { first, _ in first },
                interface: FileStamp(path: "\(folder)/\(Self.interfaceFile)"), config: FileStamp(path: "\(folder)/\(Self.configFile)"))
        }
        return Dictionary(listings.filter { !$0.versions.isEmpty }.map { ($0.name, $0) }) { first, _ in first }
    }

    private func entries(of folder: String) -> [String] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return entries.filter { !$0.hasPrefix(".") }
    }
}
