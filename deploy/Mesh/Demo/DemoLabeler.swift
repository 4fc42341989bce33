import Contracts
import Foundation
import MeshClient
import Statistics

/// A simulated person: takes a task, looks at the scan, answers, errs now and then.
struct DemoLabeler: Sendable {
    let name: String
    /// As the labeling service knows the person.
    let subject: String
    let caller: DemoCaller
    /// Share of answers that name another digit.
    let errorRate: Double
    let seed: UInt64

    /// How long a person waits for what somebody else looks at: a browser that was left open keeps its task until the lease is over.
    static let patience = Duration.seconds(3)

    /// Answers until no task of the project is left for this person; gives the number of answers that were taken.
    func work(on project: String, seeing digits: DemoDigits) async throws -> Int {
        var generator = SeededGenerator(seed: seed)
        var answers = 0
        var isLast = false
        var lastTask = ContinuousClock.now
        let end = lastTask + .seconds(180)
        while ContinuousClock.now < end {
            if let lease = try await lease(project) {
                (isLast, lastTask) = (false, .now)
                if try await answer(lease, digits, &generator) { answers += 1 }
            } else if isLast {
                return answers
            } else {
                // What somebody else looks at may still need a third opinion.
                let progress: LabelingProgress = try await caller.get(Path("v1", "labeling", "projects", project, "progress"))
                isLast = progress.leased == 0 || ContinuousClock.now - lastTask > Self.patience
                if !isLast { try await Task.sleep(for: .milliseconds(40)) }
            }
        }
        throw DemoFault(expectation: "\(name) to run out of tasks within 180 s", found: "\(answers) answers and no end")
    }

    /// A task to answer; nil when there is none for this person.
    private func lease(_ project: String) async throws -> TaskLease? {
        let request = try MeshCalls.request("POST", Path("v1", "labeling", "projects", project, "leases"), JSONValue.object([:]))
        let answer = try await caller.send(request)
        if answer.status == 204 { return nil }
        guard answer.isSuccess else { throw caller.refusal(of: request, answer) }
        return try answer.decode(TaskLease.self)
    }

    /// Answers a task; false when the lease was lost in between, as to a crash.
    private func answer(_ lease: TaskLease, _ digits: DemoDigits, _ generator: inout SeededGenerator) async throws -> Bool {
        guard let truth = digits.digit(of: lease.task.input) else {
            throw DemoFault(expectation: "a task to show one of the scans", found: "task \(lease.task.id) with other pixels")
        }
        let slips = generator.uniform() < errorRate
        let seen = slips ? (truth + 1 + generator.index(below: 9)) % 10 : truth
        let wish = NewAnnotation(lease: lease.lease, label: .integer(Int64(seen)), leadTimeMilliseconds: 1_200)
        let request = try MeshCalls.request("POST", Path("v1", "labeling", "tasks", lease.task.id, "annotations"), wish)
        let reply = try await caller.send(request)
        if reply.status == 422, (try? reply.decode(Problem.self))?.code == ProblemCode.leaseLost.name { return false }
        guard reply.isSuccess else { throw caller.refusal(of: request, reply) }
        return true
    }
}
