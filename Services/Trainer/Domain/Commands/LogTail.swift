/// The output of a program on its way to the log: bounded, whatever the program writes.
struct LogTail: Sendable, Hashable {
    /// Bytes of one attempt that are kept.
    static let most = 4 << 20
    static let notice = "\n[the log is full: what follows is not kept]\n"

    private(set) var kept = 0
    private var waiting: [UInt8] = []
    /// The last bytes of all, for the sentence that says why a program failed.
    private(set) var end: [UInt8] = []

    mutating func append(_ bytes: some Collection<UInt8>) {
        end = Array((end + bytes).suffix(2_000))
        guard kept <= Self.most else { return }
        waiting += bytes.prefix(Self.most - kept)
        kept += bytes.count
        if kept > Self.most { waiting += Array(Self.notice.utf8) }
    }

    /// What is to be written now.
    mutating func take() -> [UInt8] {
        defer { waiting = [] }
        return waiting
    }

    /// The last line with something on it; empty when there is none.
    var lastLine: String {
        let text = String(decoding: end, as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) } ?? ""
        return String(line.prefix(300).filter { !$0.unicodeScalars.contains { $0.value < 32 } })
    }
}
