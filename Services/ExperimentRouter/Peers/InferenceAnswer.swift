import NIOCore
import NIOHTTP1

/// An answer of inference, whatever its status.
struct InferenceAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: ByteBuffer

    var isSuccess: Bool { (200..<300).contains(status) }
}
