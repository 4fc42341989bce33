import Foundation

/// A server of `bench http` in a process of its own.
struct HTTPBenchServer {
    /// What the process says when it listens.
    struct Greeting: Codable {
        let port: Int
        let token: String
    }

    let greeting: Greeting
    let tree: ProcessTree

    /// Starts this program anew as a server, and waits until it listens.
    static func start(_ kind: HTTPServerKind) throws -> HTTPBenchServer {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["http-server", kind.rawValue]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let tree = ProcessTree(root: process.processIdentifier)
        var line = Data()
        while !line.contains(UInt8(ascii: "\n")) {
            let piece = output.fileHandleForReading.availableData
            guard !piece.isEmpty else { throw BenchFault("the server '\(kind.rawValue)' ended before it listened") }
            line += piece
        }
        return HTTPBenchServer(greeting: try JSONDecoder().decode(Greeting.self, from: line), tree: tree)
    }

    func end() { tree.end() }
}
