import BlobStore
import Contracts
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird

/// Device variants of versions, and which of them a device gets.
struct VariantRoutes: Sendable {
    let capabilities: CapabilityStore
    let versions: ModelVersionStore
    let variants: VariantStore
    let keys: DeviceKeyStore
    let blobs: any BlobStore

    func add(to router: Router<ServiceContext>) {
        router.get("/v1/registry/models/{model}/versions/{version}/variants", use: list)
        router.post("/v1/registry/models/{model}/versions/{version}/variants", use: record)
        router.get("/v1/registry/models/{model}/variants/{variant}/file", use: file)
        router.get("/v1/registry/models/{model}/device", use: choose)
        router.get("/v1/registry/device-keys", use: listKeys)
    }

    @Sendable
    func list(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<ModelVariant>> {
        let record = try await readable(context)
        let version = try await versions.find(record.name, try context.parameter("version"))
        return Reply(Page(items: try await variants.list(record.name, version: version.version), nextPage: nil))
    }

    @Sendable
    func record(_ request: Request, _ context: ServiceContext) async throws -> Reply<ModelVariant> {
        let variant = try await request.decode(as: ModelVariant.self, context: context)
        return .created(try await variants.record(variant, capability: try context.name("model"), version: try context.number("version")))
    }

    /// The bytes, whole or in a range, so that a device goes on where it was cut off.
    @Sendable
    func file(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let record = try await readable(context)
        guard let id = Digest(try context.parameter("variant")) else {
            throw FieldFault("variant", expected: "sha256: and 64 lower-case hexadecimal digits")
        }
        let variant = try await variants.find(id, of: record.name)
        let local = try await blobs.localFile(variant.id)
        let name = "\(variant.capability)-\(variant.version)-\(variant.precision).\(variant.format)"
        return try FileAnswer(file: local, digest: variant.id, contentType: "application/octet-stream", name: name).response(to: request)
    }

    /// The best passing variant for the device that the query describes, with a signature.
    @Sendable
    func choose(_ request: Request, _ context: ServiceContext) async throws -> Reply<SignedDeviceManifest> {
        let record = try await readable(context)
        let device = try Device(request)
        let version = try await versions.find(record.name, try request.query("version") ?? request.query("alias") ?? "champion")
        let choice = try DeviceChoice(try await variants.list(record.name, version: version.version), for: device)
        let manifest = DeviceManifest(choice.variant, interface: record.manifest.interface, at: .now)
        return .ok(try SignedDeviceManifest(manifest, reason: choice.reason, key: try await keys.signing()))
    }

    @Sendable
    func listKeys(_ request: Request, _ context: ServiceContext) async throws -> Reply<Page<DeviceKey>> {
        Reply(Page(items: try await keys.list(), nextPage: nil))
    }

    /// The capability, for its team, for teams that its manifest lets in, and for services.
    private func readable(_ context: ServiceContext) async throws -> CapabilityRecord {
        let record = try await capabilities.find(try context.name("model"))
        let caller = try context.identity
        if record.manifest.access?.callers?.contains(caller.team) != true {
            try caller.requireOwnership(of: record.team, orService: true)
        }
        return record
    }
}

extension Device {
    /// Reads a query such as `os=ios&ram=4096&formats=onnx&bytesAtMost=2000000&opset=17`.
    init(_ request: Request) throws {
        let systems = Self.targets.keys.sorted().joined(separator: ", ")
        guard let system = try request.query("os")?.lowercased(), Self.targets[system] != nil else {
            throw FieldFault("os", expected: "one of \(systems)")
        }
        self.init(system: system)
        chip = try request.query("chip")
        memory = try Self.number(request, "ram", most: 1 << 24).map { $0 << 20 }
        bytesAtMost = try Self.number(request, "bytesAtMost", most: Int(Int32.max) << 8)
        opset = try Self.number(request, "opset", most: 1_000)
        if let formats = try request.query("formats") {
            self.formats = Set(formats.split(separator: ",").map { $0.lowercased() })
        }
    }

    private static func number(_ request: Request, _ name: String, most: Int) throws -> Int? {
        guard let text = try request.query(name) else { return nil }
        guard let value = Int(text), (1...most).contains(value) else {
            throw FieldFault(name, expected: "a whole number between 1 and \(most)")
        }
        return value
    }
}

extension DeviceManifest {
    /// What a device is told of a variant that has passed.
    init(_ variant: ModelVariant, interface: Interface, at now: Date) {
        self.init(
            capability: variant.capability, version: variant.version, variant: variant.id, precision: variant.precision,
            format: variant.format, opset: variant.opset, bytes: variant.bytes,
            path: "/v1/registry/models/\(variant.capability)/variants/\(variant.id)/file", interface: interface,
            report: variant.report?.id ?? "", signedAt: now)
    }
}
