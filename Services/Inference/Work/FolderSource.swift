import Contracts
import Foundation
import Logging
import ONNX
import ServiceLifecycle
import Synchronization

/// The models of a folder on this machine, looked at again every few seconds.
///
/// The newest version is served where none is named. A file that changes makes another model, and the old one serves on until the new one
/// is in memory.
final class FolderSource: ModelSource, Service {
    private struct Made {
        var listing: ModelFolder.Listing
        var model: PublishedModel
    }

    /// The team that owns what lies in a folder.
    static let team = "local"
    private static let pause = Duration.seconds(2)

    private let folder: ModelFolder
    private let opener: ModelOpener
    private let queue: Int
    private let logger: Logger
    /// Held over a look, so that two do not read the same files.
    private let made = Mutex<[String: Made]?>(nil)
    private let signal = ChangeSignal()

    init(folder: String, opener: ModelOpener, queue: Int, logger: Logger) {
        self.folder = ModelFolder(root: folder)
        self.opener = opener
        self.queue = queue
        self.logger = logger
    }

    func declared() -> [String: PublishedModel]? { made.withLock { $0?.mapValues(\.model) } }

    var isCurrent: Bool { made.withLock { $0 != nil } }

    var ranksByNumber: Bool { true }

    func changes() -> AsyncStream<Void> { signal.changes() }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat { self.look() } while (try? await Task.sleep(for: Self.pause)) != nil
        }
    }

    /// Looks at the folder now.
    func look() {
        let isChanged = made.withLock { made in
            let old = made ?? [:]
            let listings = folder.listings()
            let new = listings.mapValues { listing in
                if let known = old[listing.name], known.listing == listing { return known }
                return Made(listing: listing, model: model(of: listing, known: old[listing.name]))
            }
            let isChanged = made == nil || new.count != old.count || new.contains { old[$0.key]?.model !== $0.value.model }
            made = new
            return isChanged
        }
        if isChanged { signal.announce() }
    }

    private func model(of listing: ModelFolder.Listing, known: Made?) -> PublishedModel {
        let declared = FolderDeclaration(listing, queue: queue)
        let isKnown = known?.listing.interface == listing.interface && known?.listing.config == listing.config
        let versions = listing.versions.map { number, stamp -> ServedModel in
            if isKnown, known?.listing.versions[number] == stamp, let old = known?.model.version(String(number)) { return old }
            return version(number, stamp, of: listing.name, declared)
        }
        let newest = versions.max { $0.number < $1.number }
        return PublishedModel(
            name: listing.name, team: Self.team, callers: nil, interface: newest?.interface ?? Interface(inputs: [], outputs: []),
            manifest: nil, versions: versions, aliases: newest.map { [PublishedModel.defaultAlias: $0.number] } ?? [:])
    }

    private func version(_ number: Int, _ stamp: ModelFolder.FileStamp, of name: String, _ declared: FolderDeclaration) -> ServedModel {
        // Read, not mapped: a file that is written in place while it is looked at must not end the process.
        let content = (try? Data(contentsOf: URL(filePath: stamp.path))) ?? Data()
        let ports = ONNXPorts(content)
        let own = ports.flatMap(FolderInterface.declared) ?? opener.interface(of: [UInt8](content), declared.settings)
        return ServedModel(
            name: name, number: number, team: Self.team, interface: declared.interface ?? own ?? Interface(inputs: [], outputs: []),
            origin: .file(path: stamp.path, Digest(of: content)), fileBytes: stamp.bytes, settings: declared.settings,
            fault: declared.fault)
    }
}
