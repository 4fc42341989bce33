import BlobStore
import Contracts
import Foundation
import ONNX

@testable import InferenceService

/// Models whose answers tell their version: version n says 10 n where the first two inputs are larger, else 10 n + 1.
enum SampleModel {
    static func bytes(_ version: Int) throws -> [UInt8] {
        let layer = ONNXModel.Layer(weights: [1, 0, 1, 0, 0, 1, 0, 1], bias: [0, 0], inputs: 4)
        let classes = [Int64(version) * 10, Int64(version) * 10 + 1]
        return try ONNXModel.classifier([layer], classes: classes, input: "pixels", label: "label", probabilities: "p").bytes()
    }

    static func record() throws -> CapabilityRecord {
        let text = """
            {"apiVersion":"mlmesh/v1","kind":"Capability","metadata":{"name":"digits","team":"documents"},"access":{"callers":["mobile"]},
             "interface":{"inputs":[{"name":"pixels","datatype":"FP32","shape":[-1,4],"minimum":0,"maximum":16}],
                          "outputs":[{"name":"label","datatype":"INT64","shape":[-1]},{"name":"p","datatype":"FP32","shape":[-1,2]}],
                          "context":[{"name":"source","datatype":"BYTES"},{"name":"page","datatype":"INT64"}]},
             "data":{"dataset":"digits","split":{"by":"hash","train":0.6,"validation":0.2,"test":0.2}}}
            """
        return CapabilityRecord(
            name: "digits", team: "documents", revision: 1, digest: Digest(of: []),
            manifest: try WireJSON.decode(CapabilityManifest.self, from: Data(text.utf8)), appliedAt: .now, appliedBy: "key:1")
    }

    static func version(_ number: Int, _ digest: Digest) -> ModelVersion {
        ModelVersion(
            capability: "digits", version: number, model: digest, bytes: 1, run: "r\(number)",
            dataset: DatasetReference(name: "d", version: 1),
            manifestRevision: 1, recipe: "r", parameters: [:], seed: 1, metrics: [:], aliases: [], createdAt: .now)
    }

    /// A version as it is served.
    static func served(_ number: Int, _ digest: Digest, interface: Interface? = nil, settings: ModelSettings = ModelSettings()) throws
        -> ServedModel
    {
        ServedModel(
            name: "digits", number: number, team: "documents", interface: try interface ?? record().manifest.interface,
            origin: .blob(digest), fileBytes: try bytes(number).count, settings: settings)
    }

    /// A version as it is served, with its file in a store.
    static func served(_ number: Int, in blobs: DirectoryBlobStore, interface: Interface? = nil) async throws -> ServedModel {
        try served(number, try await blobs.put(try bytes(number)), interface: interface)
    }

    /// A request of rows.
    static func request(_ rows: [[Double]] = [[9, 9, 1, 1]], more: String = "") -> String {
        let data = rows.flatMap { $0 }.map { "\($0)" }.joined(separator: ",")
        return #"{"inputs":[{"name":"pixels","datatype":"FP32","shape":[\#(rows.count),4],"data":[\#(data)]}]\#(more)}"#
    }
}
