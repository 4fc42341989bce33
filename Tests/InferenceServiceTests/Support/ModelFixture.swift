import Contracts
import Foundation
import ONNX

@testable import InferenceService

/// Published models for rules that need no file.
enum ModelFixture {
    static let interface = Interface(
        inputs: [Interface.Field(name: "x", datatype: "FP32", shape: [-1, 4])],
        outputs: [Interface.Field(name: "y", datatype: "FP32", shape: [-1, 2])])

    static func version(_ number: Int, of name: String = "m", file: Int? = nil, settings: ModelSettings = ModelSettings()) -> ServedModel {
        ServedModel(
            name: name, number: number, team: "documents", interface: interface,
            origin: .blob(Digest(of: [UInt8(truncatingIfNeeded: file ?? number)])), fileBytes: 100, settings: settings)
    }

    static func model(_ versions: [ServedModel], aliases: [String: Int] = [:], name: String = "m") -> PublishedModel {
        PublishedModel(
            name: name, team: "documents", callers: ["mobile"], interface: interface, manifest: nil, versions: versions, aliases: aliases)
    }
}
