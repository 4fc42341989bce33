import NIOCore

/// How long a connection waits for its client. None of it is the client's choice.
struct ConnectionTimes: Sendable {
    static let standard = ConnectionTimes()

    /// Between requests: longer than any client of ours keeps an idle connection, so that it is the client who closes it.
    var idle = TimeAmount.seconds(150)
    /// Without a byte in the middle of a request.
    var silence = TimeAmount.seconds(20)
    /// For the whole of a head, and for a body beside the time that its bytes may take.
    var request = TimeAmount.seconds(15)
    /// Bytes a second below which a body is too slow: one that is held in memory.
    var slowest = 256 << 10
    /// The same for a body that a route takes as it comes.
    var slowestStream = 64 << 10
    /// Without the client's taking anything of its answers.
    var writing = TimeAmount.seconds(60)
    /// How often all this is looked at.
    var interval = TimeAmount.seconds(5)
}
