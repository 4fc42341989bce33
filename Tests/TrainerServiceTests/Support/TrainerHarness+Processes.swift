import BlobStore
import Foundation
import HTTPService
import Logging
import Postgres
import ServiceTestSupport
import TestSupport

@testable import TrainerService

/// A trainer that only takes requests, whose work is done by processes beside it. It is their tracking server, too.
func withTrainerProcesses(
    _ body: @Sendable @escaping (TrainerHarness, _ start: @Sendable @escaping () throws -> TrainerProcess) async throws -> Void
) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mlmesh-test-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await withTrainerDatabase { url in
        let peers = Peers()
        try await withRunning(peers.service()) { peerProbe in
            let internalURL = "http://127.0.0.1:\(peerProbe.port)"
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let database = Database(url: url, schema: "trainer", maximumConnections: 4, logger: logger)
            let requests = try makeRequestsOnly(database, RegistryPeer(client: peers.client(internalURL)), blobs: folder)
            try await withRunning(requests) { probe in
                let mesh = TrainerHarness(
                    probe: probe, peers: peers, database: database, blobs: try DirectoryBlobStore(root: folder), folder: folder,
                    peerPort: peerProbe.port)
                try await body(mesh) {
                    try TrainerProcess(
                        database: url, blobs: folder, internalURL: internalURL, lease: 1_000,
                        tracking: "http://127.0.0.1:\(probe.port)/mlflow")
                }
            }
        }
    }
}
