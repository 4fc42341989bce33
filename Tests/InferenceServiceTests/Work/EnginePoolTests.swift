import Contracts
import Dispatch
import TestSupport
import Testing

@testable import InferenceService

@Suite("Engine threads")
struct EnginePoolTests {
    @Test("what does not fit in the queue is refused at once with Retry-After, and the rest is done")
    func full() async throws {
        let pool = EnginePool(threads: 1, queue: 3)
        let gate = DispatchSemaphore(value: 0)
        let done = Recorder(0)
        try pool.submit {
            done.change { $0 += 1 }
            gate.wait()
        }
        try await eventually { done.value == 1 ? nil : "the first job has not begun" }
        for _ in 0..<3 { try pool.submit { done.change { $0 += 1 } } }

        let refusal = #expect(throws: Problem.self) { try pool.submit { done.change { $0 += 100 } } }
        #expect(refusal?.status == 429)
        #expect(refusal?.retryAfter == 1)
        #expect(done.value == 1)
        gate.signal()
        try await eventually { done.value == 4 ? nil : "\(done.value) jobs" }
    }
}
