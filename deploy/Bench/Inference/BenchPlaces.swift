import Foundation

/// Where the benchmark finds and puts its files.
struct BenchPlaces: Sendable {
    /// The checkout.
    let root: URL

    /// Throws when the working directory is not the checkout.
    init() throws {
        root = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
        guard FileManager.default.fileExists(atPath: peers) else {
            throw BenchFault("no Tests/Benchmarks here: run it in the checkout, best by make bench-inference")
        }
    }

    var peers: String { root.appending(path: "Tests/Benchmarks/peers").path }
    var loadScript: String { root.appending(path: "Tests/Benchmarks/load/post.lua").path }
    private var models: URL { root.appending(path: ".mesh/bench/models") }
    private var runs: URL { root.appending(path: ".mesh/bench/run") }

    func model(_ model: BenchModel) -> URL { models.appending(path: "\(model.rawValue)/1/model.onnx") }

    /// Rows for the batch lane.
    func rows(_ model: BenchModel, _ suffix: String) -> URL { root.appending(path: ".mesh/bench/rows/\(model.rawValue).\(suffix)") }

    /// A program of a peer's Python environment.
    func program(_ name: String, of side: BenchSide) throws -> String {
        let path = root.appending(path: ".mesh/clients/bench/\(side.rawValue)/bin/\(name)").path
        guard FileManager.default.isExecutableFile(atPath: path) else { throw BenchFault("\(path) is missing: run make bench-inference") }
        return path
    }

    /// A program that lies beside this one.
    static func sibling(_ name: String) throws -> String {
        let own = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        let path = own.deletingLastPathComponent().appending(path: name).path
        guard FileManager.default.isExecutableFile(atPath: path) else { throw BenchFault("\(path) is missing: build it, release") }
        return path
    }

    /// A folder of a side's own, empty but for `models/`, which holds the models in the form `<model>/<version>/model.onnx`.
    func runFolder(of side: BenchSide, serving models: [BenchModel]) throws -> URL {
        let files = FileManager.default
        let folder = runs.appending(path: side.rawValue)
        try? files.removeItem(at: folder)
        for model in models {
            let place = folder.appending(path: "models/\(model.rawValue)")
            try files.createDirectory(at: place.appending(path: "1"), withIntermediateDirectories: true)
            guard files.fileExists(atPath: self.model(model).path) else {
                throw BenchFault("\(self.model(model).path) is missing: run make bench-inference")
            }
            try files.linkItem(at: self.model(model), to: place.appending(path: "1/model.onnx"))
            if side == .ours { try JSONEncoder().encode(model.interface).write(to: place.appending(path: "interface.json")) }
        }
        return folder
    }

    /// SHA-256 sums of the models, as they were made.
    func sums() throws -> [String] {
        try String(contentsOf: models.appending(path: "SHA256SUMS"), encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// A file that nobody else reads.
    func privateFile(_ name: String, _ bytes: [UInt8]) throws -> String {
        try FileManager.default.createDirectory(at: runs, withIntermediateDirectories: true)
        let place = runs.appending(path: name).path
        guard FileManager.default.createFile(atPath: place, contents: Data(bytes), attributes: [.posixPermissions: 0o600]) else {
            throw BenchFault("\(place) cannot be written")
        }
        return place
    }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try FileManager.default.createDirectory(at: runs, withIntermediateDirectories: true)
        let place = runs.appending(path: name)
        try Data(bytes).write(to: place)
        return place.path
    }
}
