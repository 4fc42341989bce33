import BlobStore
import Contracts
import Cryptography
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

@testable import ModelRegistryService

@Suite("Device variants in the registry", .serialized)
struct VariantTests {
    private static let variants = "/v1/registry/models/digits/versions/1/variants"

    private func record(_ registry: RegistryFixture, _ variant: ModelVariant) async throws -> ProbeAnswer {
        try await registry.probe.send(
            "POST", Self.variants, token: RegistryFixture.trainer, json: String(decoding: try WireJSON.encode(variant), as: UTF8.self))
    }

    @Test("a variant is stored once, as it came first, and nothing passes that measurement and report do not bear out")
    func recording() async throws {
        try await withRegistry(versions: 1) { registry in
            let first = ModelVariant.sample()
            var again = first
            again.tool = "another"

            #expect(try await record(registry, first).decode(ModelVariant.self) == first)
            #expect(try await record(registry, again).decode(ModelVariant.self) == first)
            let list = try await registry.get(Self.variants).decode(Page<ModelVariant>.self).items
            #expect(list == [first])

            var untrue: [ModelVariant] = [.sample("a", isMeasured: false), .sample("b"), .sample("c", verdict: .failed), .sample("d")]
            untrue[1].report?.model = Digest(of: [0])
            untrue[2].verdict = .passed
            untrue[3].parent = Digest(of: [0])
            for variant in untrue {
                let answer = try await record(registry, variant)
                #expect(answer.status == 422, "\(variant.precision): \(answer.text)")
            }
            var other = first
            other.version = 7
            #expect(try await record(registry, other).status == 422)
            #expect(try await registry.get("/v1/registry/models/digits/versions/9/variants").status == 404)
        }
    }

    @Test("a device gets a manifest that its pinned key verifies, and the file it names, also from the middle")
    func device() async throws {
        try await withRegistry(versions: 1) { registry in
            let bytes = Array("a model of some bytes".utf8)
            _ = try await DirectoryBlobStore(root: RegistryFixture.blobs).put(bytes)
            let variant = ModelVariant.sample("int8-w", content: "a model of some bytes", bytes: bytes.count, slowness: 0.5)
            for made in [variant, .sample("fp32", content: "r1", bytes: 4_000)] { #expect(try await record(registry, made).status == 201) }

            let answer = try await registry.get("/v1/registry/models/digits/device?os=android&ram=4096&version=1")
            #expect(answer.status == 200, "\(answer.text)")
            let signed = try answer.decode(SignedDeviceManifest.self)
            #expect(signed.manifest.variant == variant.id)
            let keys = try await registry.probe.send("GET", "/v1/registry/device-keys").decode(Page<DeviceKey>.self).items
            let pinned = try #require(keys.first { $0.id == signed.key })
            let key = try #require(Base64URL.decode(pinned.publicKey).flatMap { Ed25519PublicKey(bytes: $0) })
            let signature = try #require(Base64URL.decode(signed.signature))
            // As a device does it: over the canonical form of the object that came, not over our own type.
            let received = try #require(answer.json["manifest"]).canonical
            #expect(key.isValid(signature, of: received))
            var forged = signed.manifest
            forged.bytes += 1
            #expect(!key.isValid(signature, of: try WireJSON.value(forged).canonical))

            let whole = try await registry.get(signed.manifest.path)
            #expect(Digest(of: whole.body) == signed.manifest.variant)
            let rest = try await registry.probe.send(
                "GET", signed.manifest.path, token: RegistryFixture.engineer,
                headers: ["Range": "bytes=8-", "If-Range": whole[header: "etag"] ?? ""])
            #expect((rest.status, rest.body) == (206, Array(bytes[8...])))
        }
    }

    @Test("instances sign with one key, which stays over restarts and is not readable in the database")
    func keys() async throws {
        try await withRegistryURL { url in
            func keys() async throws -> [DeviceKey] {
                try await withRunning(try RegistryFixture.service(url)) { probe in
                    try await withThrowingTaskGroup(of: [DeviceKey].self) { group in
                        for _ in 0..<6 {
                            group.addTask { try await probe.send("GET", "/v1/registry/device-keys").decode(Page<DeviceKey>.self).items }
                        }
                        return try await group.reduce(into: []) { if !$0.contains($1[0]) { $0 += $1 } }
                    }
                }
            }
            let first = try await keys()

            #expect(first.count == 1)
            #expect(try await keys() == first)
        }
    }

    @Test("another team reads variants where the manifest lets it, and a query that says nothing is refused by its field")
    func access() async throws {
        try await withRegistry(versions: 1) { registry in
            let variant = ModelVariant.sample()
            #expect(try await record(registry, variant).status == 201)
            let mobile = TestAuthority().key("3", roles: [.viewer], team: "mobile")
            let device = "/v1/registry/models/digits/device"

            for path in [Self.variants, device + "?os=linux&version=1"] {
                #expect(try await registry.get(path, token: mobile).status == 200, "\(path)")
                #expect(try await registry.get(path, token: RegistryFixture.stranger).status == 403, "\(path)")
            }
            let file = "/v1/registry/models/digits/variants/\(variant.id)/file"
            #expect(try await registry.get(file, token: RegistryFixture.stranger).status == 403)
            for (query, field) in [
                ("", "os"), ("?os=beos", "os"), ("?os=ios&ram=0", "ram"), ("?os=ios&opset=x", "opset"),
                ("?os=ios&bytesAtMost=-1", "bytesAtMost"),
            ] {
                let answer = try await registry.get(device + query)
                #expect(answer.status == 400, "\(query)")
                #expect(answer.json["errors"]?.arrayValue?.first?["field"]?.stringValue == field, "\(query)")
            }
            // No champion yet.
            #expect(try await registry.get(device + "?os=linux").status == 404)
            let none = try await registry.get(device + "?os=linux&version=1&formats=tflite")
            #expect((none.status, none.json["code"]) == (409, "registry.no_variant"))
            #expect(try await registry.get("/v1/registry/models/digits/variants/\(Digest(of: [9]))/file").status == 404)
            #expect(try await registry.get("/v1/registry/models/digits/variants/x/file").status == 400)
        }
    }
}
