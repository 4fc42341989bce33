/// A server program of the benchmark.
enum HTTPServerKind: String, CaseIterable {
    case bare
    /// Ours, where everybody is let in.
    case open
    /// Ours, where a token is asked for.
    case tokens
}
