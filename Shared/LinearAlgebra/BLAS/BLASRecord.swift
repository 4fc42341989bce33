/// The library's build, the processor kernel it chose, and its number of threads.
public struct BLASRecord: Sendable, Equatable, Codable {
    /// The build as the library tells it: "OpenBLAS 0.3.21 ... DYNAMIC_ARCH ... MAX_THREADS=64".
    public let configuration: String
    /// The kernel in use: "SkylakeX", "Haswell", "Zen", ... (the environment variable OPENBLAS_CORETYPE replaces the choice).
    public let kernel: String
    public let threads: Int

    /// The library's version: "0.3.21".
    public var version: String {
        let words = configuration.split(separator: " ")
        return words.count > 1 && words[0] == "OpenBLAS" ? String(words[1]) : configuration
    }
}
