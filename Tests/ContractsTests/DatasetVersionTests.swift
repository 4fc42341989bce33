import Contracts
import Foundation
import Testing

@Suite("Layout of a dataset version")
struct DatasetVersionTests {
    private struct File: Decodable {
        struct Row: Decodable {
            let id: String
            let digest: String

            var value: Digest? { Digest("sha256:" + digest) }
        }

        struct Version: Decodable {
            let dataset: String
            let segments: [[Row]]
            let compacted: [Row]
            let id: Digest
            let manifest: String
            let compactedManifest: String
        }

        struct Empty: Decodable {
            let dataset: String
            let id: Digest
        }

        let versions: [Version]
        let empty: Empty
        let otherName: Empty
    }

    /// Rows of a version: a later segment replaces rows of the same id.
    private func effective(_ segments: [[File.Row]]) -> [Digest] {
        let rows = segments.joined().reduce(into: [String: Digest]()) { $0[$1.id] = $1.value }
        return Array(rows.values)
    }

    @Test("the id is the two-level root over the rows, in whatever order and files they lie")
    func roots() throws {
        for version in try Vectors.read(File.self, "versions.json").versions {
            #expect(DatasetVersionID.root(dataset: version.dataset, rows: effective(version.segments)) == version.id)
            #expect(DatasetVersionID.root(dataset: version.dataset, rows: version.compacted.compactMap(\.value)) == version.id)
            #expect(DatasetVersionID.root(dataset: version.dataset, rows: version.compacted.compactMap(\.value).reversed()) == version.id)
        }
    }

    @Test("an empty version has an id, which names the dataset")
    func empty() throws {
        let file = try Vectors.read(File.self, "versions.json")

        #expect(DatasetVersionID.root(dataset: file.empty.dataset, rows: []) == file.empty.id)
        #expect(DatasetVersionID.root(dataset: file.otherName.dataset, rows: []) == file.otherName.id)
    }

    @Test("one row more, less or changed changes the id")
    func sensitive() throws {
        let version = try #require(try Vectors.read(File.self, "versions.json").versions.first)
        let rows = version.compacted.compactMap(\.value)

        #expect(DatasetVersionID.root(dataset: version.dataset, rows: rows.dropLast()) != version.id)
        #expect(DatasetVersionID.root(dataset: version.dataset, rows: rows + [Digest(of: [1])]) != version.id)
        #expect(DatasetVersionID.root(dataset: version.dataset, rows: rows.dropLast() + [Digest(of: [1])]) != version.id)
    }

    @Test("a manifest is written as frozen: a delta names its base by digest, a compaction none and the same id")
    func manifests() throws {
        let versions = try Vectors.read(File.self, "versions.json").versions
        for version in versions {
            for text in [version.manifest, version.compactedManifest] {
                let manifest = try WireJSON.decode(DatasetVersionManifest.self, from: Data(text.utf8))

                #expect(String(decoding: try WireJSON.encode(manifest), as: UTF8.self) == text)
                #expect(manifest.id == version.id)
                #expect(manifest.format == DatasetVersionID.format)
            }
        }
        let delta = try WireJSON.decode(DatasetVersionManifest.self, from: Data(versions[1].manifest.utf8))
        let compacted = try WireJSON.decode(DatasetVersionManifest.self, from: Data(versions[1].compactedManifest.utf8))
        #expect(delta.base == Digest(of: Array(versions[0].manifest.utf8)))
        #expect(compacted.base == nil)
    }
}
