import Contracts
import Evaluation
import Foundation
import OnnxRuntime
import Settings

/// A capability's tests on a local ONNX file, in this process.
struct LocalSuite {
    /// What tests that name no machine are measured on.
    static let machine = "local"

    private let manifest: CapabilityManifest
    private let model: [UInt8]
    private let rows: [DatasetRow]

    /// Reads the files. Throws ``CommandFault`` that names the file and the line.
    init(capability: String, manifest: String, model: String, rows: String) throws {
        guard let found = try ManifestFile.read(manifest).first(where: { $0.name == capability }) else {
            throw CommandFault("\(manifest) holds no manifest of \(capability)")
        }
        do {
            self.manifest = try WireJSON.read(CapabilityManifest.self, from: found.value)
        } catch {
            throw CommandFault("\(manifest): \(error)")
        }
        let faults = self.manifest.faults(name: capability)
        guard faults.isEmpty else {
            let lines = faults.map { "\n  \(found.place(of: $0.field)): expected \($0.expected)" }.joined()
            throw CommandFault("\(manifest) is not a valid manifest:\(lines)")
        }
        guard let bytes = FileManager.default.contents(atPath: model) else { throw CommandFault("\(model) cannot be read") }
        guard let text = FileManager.default.contents(atPath: rows) else { throw CommandFault("\(rows) cannot be read") }
        self.model = Array(bytes)
        self.rows = try LocalRow.rows(String(decoding: text, as: UTF8.self), file: rows)
    }

    /// The report; regression tests have no other model to compare with, and say so.
    func report() throws -> SuiteReport {
        let variable = "MESH_ONNXRUNTIME"
        guard let library = LibraryPath.find("libonnxruntime.so", variable: variable, environment: ProcessInfo.processInfo.environment)
        else {
            throw CommandFault("libonnxruntime.so was not found: run `make deps`, or set \(variable)")
        }
        do {
            let runtime = try Runtime(libraryPath: library)
            let order = SuiteOrder(
                id: UUID().uuidString.lowercased(), model: SuiteRunner.Model(bytes: model, version: nil), manifest: manifest, revision: 0,
                dataset: DatasetReference(name: manifest.data.dataset, version: 0),
                material: SuiteMaterial(rows: rows, machine: MachineMeasure(name: Self.machine, runtime: runtime)))
            return try SuiteRunner(runtime: runtime).run(order).report
        } catch let error as EvaluationError {
            throw CommandFault("\(error)")
        } catch let error as EngineError {
            throw CommandFault("the engine refuses the model: \(error)")
        }
    }
}
