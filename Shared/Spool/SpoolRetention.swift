import Foundation
import ServiceLifecycle

/// Keeps segments on this machine where no monitor takes them: closes them by age, and removes the oldest beyond a number of bytes.
public struct SpoolRetention: Service {
    private let spool: Spool
    private let limit: Int
    private let tick: Duration

    /// - Parameters:
    ///   - limit: bytes of closed segments that are kept, those of earlier instances included.
    ///   - tick: how often ages and sizes are looked at.
    public init(_ spool: Spool, limit: Int, tick: Duration = .seconds(1)) {
        self.spool = spool
        self.limit = limit
        self.tick = tick
    }

    public func run() async throws {
        let adopted = try spool.adoptions()
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                spool.rotate()
                removeOldest(of: adopted)
                try? await Task.sleep(for: tick)
            }
        }
        spool.rotate(evenYoung: true)
        removeOldest(of: adopted)
    }

    /// Segments of dead instances are older than all of the present one.
    private func removeOldest(of adopted: [SpoolFolder]) {
        let files = (adopted + [spool.folder]).flatMap { folder in folder.numbers("segment").map { folder.file($0, "segment") } }
        let sizes = files.map { ((try? FileManager.default.attributesOfItem(atPath: $0))?[.size] as? Int) ?? 0 }
        var excess = sizes.reduce(0, +) - limit
        for (file, size) in zip(files, sizes) where excess > 0 {
            unlink(file)
            spool.released(size)
            excess -= size
        }
        for folder in adopted { _ = folder.removeIfEmpty() }
    }
}
