import Foundation
import Settings
import Spool

/// What inference is told where it serves a folder by itself.
public struct StandAloneSettings: Sendable {
    static let usage = """
        inference --models DIR [--port N] [--host H] [--base-path /P] [--log DIR | --no-log]
        inference log DIR [--follow] [--json]

        Serves the models of a folder by the Open Inference Protocol: <model>/<version>/model.onnx, and beside the versions
        interface.json (what requests are held to) and config.json (how it is served) where wanted. The newest version is the
        champion. `inference log` prints the predictions that were logged in a folder, see `inference log --help`. Without --models
        it is a service of a mesh.
        """

    /// Bytes of the prediction log; what is older goes.
    static let standardLogBytes = 256 << 20

    let models: String
    /// Folder of the prediction log; nil for none.
    let log: String?
    let logBytes: Int
    let library: String?
    let modelBytes: Int
    let engineThreads: Int
    let queue: Int

    /// Whether the command line asks for it.
    public static func isAsked(_ reader: inout SettingsReader) -> Bool {
        reader.usage = usage
        return reader.flag("MODELS", help: "Folder of models to be served without a mesh: no database, registry, gateway or tokens.") != nil
    }

    /// A machine with little room for the log has small segments, since one at a time goes.
    var logLimits: SpoolLimits { SpoolLimits(capacity: logBytes, segmentBytes: min(4 << 20, logBytes / 8)) }

    init(_ reader: inout SettingsReader, environment: [String: String], port: Int) {
        models = reader.flag("MODELS", help: "Folder of models.") ?? ""
        var isFolder: ObjCBool = false
        if !FileManager.default.fileExists(atPath: models, isDirectory: &isFolder) || !isFolder.boolValue {
            reader.fault("--models must name a folder, not '\(models)'")
        }
        let given = reader.flag(
            "LOG", help: "Folder of the prediction log, which `inference log` reads; one in the folder for temporary files when absent.")
        let isOff = reader.bool("NO_LOG", default: false, help: "Keep no prediction log.")
        if isOff, given != nil { reader.fault("--log and --no-log exclude each other") }
        log = isOff ? nil : given ?? FileManager.default.temporaryDirectory.appending(path: "mlmesh-predictions-\(port)").path
        let megabytes = reader.integer(
            "LOG_MIB", in: 8...(1 << 20), default: Self.standardLogBytes >> 20, help: "MiB of the prediction log; what is older goes.")
        logBytes = megabytes << 20
        let engine = EngineSettings(&reader, environment: environment)
        library = engine.library
        modelBytes = engine.modelBytes
        engineThreads = engine.threads
        queue = engine.queue
    }
}
