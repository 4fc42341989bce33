/// A place in the log: after every event up to here.
struct EventPosition: Sendable, Hashable {
    var epoch: Int
    /// The transaction's 64-bit id in decimal.
    var transaction: String
    var sequence: Int64

    static let beginning = EventPosition(epoch: 0, transaction: "0", sequence: 0)
}
