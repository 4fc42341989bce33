import Contracts
import NIOCore

/// Who made the last request of a connection, so that the next one with the same token is let in without looking everything up again.
///
/// It holds for the same bytes of the header, the same route, the same deny-list, and until the token has run out.
struct RecentAdmission {
    private var authorization: [UInt8] = []
    private var entry: FastIndex.Entry?
    private var admission: Admission?
    private var revision = -1

    /// Who calls, when the route lets that caller in.
    mutating func admit(_ head: RequestHead, to entry: FastIndex.Entry, kernel: HTTPKernel) throws(Problem) -> Admission? {
        if let announced = head.known.contentLength, announced > entry.route.bodyLimit {
            throw Problem(.tooLarge, "The route takes at most \(entry.route.bodyLimit) bytes")
        }
        let present = kernel.authenticator.denyList.revision
        if let admission, self.entry === entry, revision == present, holds(head), kernel.authenticator.isCurrent(admission) {
            return admission
        }
        let span = head.known.authorization
        // One text stands for any number above one, which is refused whatever it says.
        let values = Array(repeating: span.map(head.text) ?? "", count: head.known.authorizations)
        let found = try kernel.admit(announced: nil, authorizations: values, to: entry.route)
        authorization = span.map { span in head.bytes.withUnsafeReadableBytes { Array($0[span.range]) } } ?? []
        (self.entry, admission, revision) = (entry, found, present)
        return found
    }

    /// Whether a request brings the same header. As long for the first byte that differs as for the last: a connection of a gateway serves
    /// many clients, who must not learn of each other's tokens.
    private func holds(_ head: RequestHead) -> Bool {
        guard let span = head.known.authorization else { return authorization.isEmpty && head.known.authorizations == 0 }
        guard span.count == authorization.count, head.known.authorizations == 1 else { return false }
        return head.bytes.withUnsafeReadableBytes { bytes in
            authorization.withUnsafeBytes { own in
                let theirs = UnsafeRawBufferPointer(rebasing: bytes[span.range])
                var difference: UInt8 = 0
                for index in 0..<own.count { difference |= own[index] ^ theirs[index] }
                return difference == 0
            }
        }
    }
}
