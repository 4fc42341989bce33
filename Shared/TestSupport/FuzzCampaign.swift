import Foundation

/// Seeded cases against one piece of code: a fixed number in an ordinary run, as many as fit into `MLMESH_FUZZ_SECONDS` when that is set.
///
/// The seed and the number of cases are printed. An input that fails is left in a file of `MLMESH_FUZZ_FOLDER`, and so is the input that
/// is being tried, in case it ends the process. `MLMESH_FUZZ_SEED` repeats a campaign.
public struct FuzzCampaign: Sendable {
    /// A case that did not hold.
    public struct Failure: Sendable, CustomStringConvertible {
        public let message: String
        /// The case's own seed.
        public let seed: UInt64
        public let file: URL

        public var description: String { "\(message) (case \(seed), input in \(file.path))" }
    }

    private static let ordinarySeed: UInt64 = 20_240_601

    private let name: String
    private let cases: Int
    private let seed: UInt64
    private let time: Duration?
    private let folder: URL

    /// - Parameters:
    ///   - name: what is tried; names the files too.
    ///   - cases: how many there are in an ordinary run.
    public init(_ name: String, cases: Int) {
        let environment = ProcessInfo.processInfo.environment
        self.name = name
        self.cases = cases
        time = environment["MLMESH_FUZZ_SECONDS"].flatMap { Double($0) }.map { .seconds($0) }
        seed =
            environment["MLMESH_FUZZ_SEED"].flatMap { UInt64($0) } ?? (time == nil ? Self.ordinarySeed : .random(in: 0...UInt64.max / 2))
        folder = environment["MLMESH_FUZZ_FOLDER"].map { URL(filePath: $0) } ?? Checkout.root.appending(path: ".mesh/fuzz")
    }

    /// Tries one case after the other until one fails, and gives that.
    ///
    /// - Parameter check: gets the case's seed; says first what its input is, then what is wrong, or nil.
    public func run(_ check: (_ seed: UInt64, _ input: ([UInt8]) -> Void) throws -> String?) throws -> Failure? {
        let started = ContinuousClock.now
        var tried = 0
        defer { print("fuzz \(name): MLMESH_FUZZ_SEED=\(seed), \(tried) cases in \(started.duration(to: .now))") }
        let present = time == nil ? nil : try open("present")
        defer { try? present?.close() }
        while time.map({ started.duration(to: .now) < $0 }) ?? (tried < cases) {
            let caseSeed = seed &+ UInt64(tried)
            var tryingNow: [UInt8] = []
            let message = try check(caseSeed) { input in
                tryingNow = input
                try? present?.truncate(atOffset: 0)
                try? present?.write(contentsOf: Data(input))
            }
            tried += 1
            guard let message else { continue }
            try open("failure-\(caseSeed)").write(contentsOf: Data(tryingNow))
            return Failure(message: message, seed: caseSeed, file: file("failure-\(caseSeed)"))
        }
        return nil
    }

    private func file(_ what: String) -> URL { folder.appending(path: "\(name)-\(what)") }

    private func open(_ what: String) throws -> FileHandle {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data().write(to: file(what))
        return try FileHandle(forWritingTo: file(what))
    }
}
