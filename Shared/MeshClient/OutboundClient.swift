import Contracts

/// Sends requests to places outside the mesh, at an address that the caller has looked at: the name is not resolved once more, no proxy
/// is used, and no redirect is followed.
public struct OutboundClient: Sendable {
    /// Bytes of an answer that are read.
    static let limit = 1 << 20

    public init() {}

    /// Posts a body once.
    ///
    /// - Parameters:
    ///   - url: http or https; its host stays the name that a certificate must have.
    ///   - address: where the connection is made to, at the URL's port.
    ///   - timeout: for all of it. Throws `timeout` after that, `connection` where none could be made or it broke.
    public func post(
        _ url: String, at address: HostAddress, headers: [(String, String)], body: [UInt8], timeout: Duration
    ) async throws -> ClientResponse {
        let milliseconds = Int(timeout / .milliseconds(1))
        let result = await withCheckedContinuation { continuation in
            let transfer = Transfer(
                method: "POST", url: url, headers: headers, body: body, timeoutMilliseconds: milliseconds, socketPath: nil,
                connectTo: "::" + (address.bytes.count == 16 ? "[\(address)]" : "\(address)") + ":", limit: Self.limit
            ) { continuation.resume(returning: $0) }
            Transport.shared.submit(transfer)
        }
        return try result.get()
    }
}
