import BlobStore
import Contracts
import Foundation
import Postgres
import ServiceTestSupport
import TestSupport
import Testing

@testable import TrainerService

@Suite("Files of artifacts and their bytes", .serialized)
struct ArtifactStoreTests {
    private func place(_ path: String) throws -> ArtifactPlace { ArtifactPlace(TrainerHarness.run, try ArtifactPath(path)) }

    private func put(_ bytes: [UInt8], at place: ArtifactPlace, in store: ArtifactStore) async throws {
        let writer = try store.files.writer()
        try writer.write(Data(bytes))
        try await store.put(try writer.seal(), at: place, by: "test")
    }

    @Test("writers of one path at once leave one of their files, whole, and no other bytes")
    func onePath() async throws {
        try await withTrainer { mesh in
            let store = try mesh.parts.artifacts
            let target = try place("model.bin")
            try await withThrowingTaskGroup { group in
                for index in 0..<12 {
                    group.addTask { try await put(Array(repeating: UInt8(index), count: 50_000), at: target, in: store) }
                }
                try await group.waitForAll()
            }

            let file = try #require(try await store.file(target))
            let bytes = try await store.files.get(file.digest)
            #expect(bytes.count == 50_000)
            #expect(Set(bytes).count == 1)
            #expect(try mesh.artifactBlobs() == 1)
        }
    }

    @Test("a file and a folder of one name do not both come to be, however close they are")
    func fileAndFolder() async throws {
        try await withTrainer { mesh in
            let store = try mesh.parts.artifacts
            for round in 0..<10 {
                let (file, below) = (try place("n\(round)"), try place("n\(round)/x"))
                await withTaskGroup { group in
                    for target in [file, below] { group.addTask { try? await put([1], at: target, in: store) } }
                }
                let both = [try await store.file(file), try await store.file(below)].compactMap(\.self)
                #expect(both.count == 1, "round \(round)")
            }
        }
    }

    @Test("bytes that are freed and uploaded again at the same time are there as long as a path names them")
    func freeing() async throws {
        try await withTrainer { mesh in
            let store = try mesh.parts.artifacts
            let bytes: [UInt8] = [4, 2]
            for round in 0..<20 {
                try await put(bytes, at: try place("old"), in: store)
                try await withThrowingTaskGroup { group in
                    group.addTask { try await store.remove(try place("old")) }
                    group.addTask {
                        try await put(bytes, at: try place("new"), in: store)
                        return 1
                    }
                    try await group.waitForAll()
                }
                #expect(try await store.files.get(Digest(of: bytes)) == bytes, "round \(round)")
                try await store.remove(try place("new"))
                #expect(try mesh.artifactBlobs() == 0, "round \(round)")
            }
        }
    }

    @Test("bytes that a killed process has settled with no row are swept, those with a row are not")
    func sweeping() async throws {
        try await withTrainer { mesh in
            let parts = try mesh.parts
            let store = parts.artifacts
            try await put([1], at: try place("kept"), in: store)
            let writer = try store.files.writer()
            try writer.write(Data([2]))
            let lost = try writer.seal()
            try await store.note([lost.digest])
            try store.files.settle(lost)

            try await parts.sweep.sweep(at: .now)
            #expect(try mesh.artifactBlobs() == 2)
            try await parts.sweep.sweep(at: .now + 2 * ArtifactStore.noteAge)
            #expect(try mesh.artifactBlobs() == 1)
            #expect(try await store.files.get(Digest(of: [1])) == [1])
            let notes = try await mesh.database.query("SELECT digest FROM artifact_garbage")
            #expect(notes.isEmpty)
        }
    }
}
