import Foundation
import Testing

@testable import Scheduling

@Suite("Tasks on threads of the idle class")
struct IdleExecutorTests {
    private static func isIdle() -> Bool {
        sched_getscheduler(0) == 5 || getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) == 19
    }

    private func deep(_ depth: Int) async -> Bool {
        guard depth > 0 else { return Self.isIdle() }
        await Task.yield()
        return await deep(depth - 1)
    }

    @Test("a task that prefers them runs there, with what it calls and the children it has; others do not")
    func preference() async throws {
        let idle = IdleExecutor(name: "test", threads: 2)
        let found = await withTaskGroup(of: Bool.self) { group in
            for depth in 0..<20 { group.addTask(executorPreference: idle) { await deep(depth) } }
            group.addTask(executorPreference: idle) {
                await withTaskGroup(of: Bool.self) { inner in
                    for _ in 0..<4 { inner.addTask { await deep(2) } }
                    return await inner.reduce(true) { $0 && $1 }
                }
            }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(found.count == 21 && !found.contains(false))
        #expect(await !deep(3))
    }

    @Test("what must get its turn leaves them, and comes back")
    func promptness() async throws {
        let idle = IdleExecutor(name: "test", threads: 1)
        let found = try await withThrowingTaskGroup(of: [Bool].self) { group in
            group.addTask(executorPreference: idle) {
                [await deep(1), try await IdleExecutor.promptly { await deep(2) }, await deep(1)]
            }
            return try await group.next()
        }
        #expect(found == [true, false, true])
    }

    @Test("a call that blocks gives its value and its error there")
    func calls() async throws {
        let idle = IdleExecutor(name: "test", threads: 1)
        #expect(try await idle.run { Self.isIdle() })
        await #expect(throws: CocoaError.self) { try await idle.run { throw CocoaError(.fileNoSuchFile) } }
    }
}
