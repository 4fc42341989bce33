import Testing

@testable import Scheduling

@Suite("Which requests run next")
struct ScheduleTests {
    typealias Plan = Schedule<String, String>

    static let second = 1_000_000_000

    /// Jobs of the run that a free thread is given; nil when it is given none.
    private func run(_ plan: inout Plan, at now: Int) -> [String]? {
        guard case .run(_, let requests) = plan.next(at: now).action else { return nil }
        return requests.map(\.job)
    }

    private func submit(
        _ plan: inout Plan, _ job: String, of model: String = "m", rows: Int = 1, shape: [Int]? = [4], priority: Int = 0, at now: Int = 0,
        expiry: Int? = nil, cost: Int = 100, rules: QueueRules = QueueRules(limit: 100)
    ) -> Plan.Request.Ticket? {
        plan.submit(
            WaitingRequest(job, rows: rows, shape: shape, priority: priority, arrival: now, expiry: expiry, cost: cost), of: model,
            rules: rules)
    }

    private let merging = QueueRules(limit: 100, batching: BatchRules(maximumRows: 8, maximumDelay: 1_000))

    @Test("without rules of merging requests run alone, in the order of arrival")
    func order() {
        var plan = Plan(capacity: 10)
        for job in ["a", "b", "c"] { #expect(submit(&plan, job) != nil) }

        #expect(run(&plan, at: 0) == ["a"])
        #expect(run(&plan, at: 0) == ["b"])
        #expect(run(&plan, at: 0) == ["c"])
        #expect(run(&plan, at: 0) == nil)
    }

    @Test("a lower number of priority goes first, and equal ones keep their order")
    func priority() {
        var plan = Plan(capacity: 10)
        for (job, priority) in [("a", 2), ("b", 0), ("c", 1), ("d", 0), ("e", 2)] { _ = submit(&plan, job, priority: priority) }

        #expect((0..<5).compactMap { _ in run(&plan, at: 0)?.first } == ["b", "d", "c", "a", "e"])
    }

    @Test("a run begins at the most rows at once, else when the first request has waited as long as it may")
    func rows() {
        var plan = Plan(capacity: 100)
        for index in 0..<7 { _ = submit(&plan, "\(index)", at: index, rules: merging) }
        guard case .wait(until: 1_000) = plan.next(at: 999).action else { return #expect(Bool(false), "it does not wait") }
        _ = submit(&plan, "7", at: 999, rules: merging)
        #expect(run(&plan, at: 999) == (0..<8).map(String.init))

        _ = submit(&plan, "late", at: 2_000, rules: merging)
        #expect(run(&plan, at: 2_999) == nil)
        #expect(run(&plan, at: 3_000) == ["late"])
    }

    @Test("a preferred size is run at once, with no more than its rows")
    func preferred() {
        let rules = QueueRules(limit: 100, batching: BatchRules(maximumRows: 32, maximumDelay: 1_000, preferredRows: [4, 8]))
        var plan = Plan(capacity: 100)
        for index in 0..<3 { _ = submit(&plan, "\(index)", rules: rules) }
        #expect(run(&plan, at: 10) == nil)
        for index in 3..<9 { _ = submit(&plan, "\(index)", rules: rules) }
        #expect(run(&plan, at: 10) == (0..<8).map(String.init))
        #expect(run(&plan, at: 10) == nil)
        #expect(run(&plan, at: 1_000) == ["8"])
    }

    @Test("what does not fit ends the run, and what is larger than a run goes alone")
    func fit() {
        var plan = Plan(capacity: 100)
        for (job, rows) in [("a", 5), ("b", 4), ("c", 1), ("d", 20)] { _ = submit(&plan, job, rows: rows, rules: merging) }

        #expect(run(&plan, at: 0) == ["a"])
        #expect(run(&plan, at: 0) == ["b", "c"])
        #expect(run(&plan, at: 0) == ["d"])
    }

    @Test("requests of other shapes, of no shape and of other models are never in one run")
    func shapes() {
        var plan = Plan(capacity: 100)
        _ = submit(&plan, "a1", shape: [4], rules: merging)
        _ = submit(&plan, "b1", shape: [5], rules: merging)
        _ = submit(&plan, "a2", shape: [4], rules: merging)
        _ = submit(&plan, "none1", shape: nil, rules: merging)
        _ = submit(&plan, "none2", shape: nil, rules: merging)
        _ = submit(&plan, "other", of: "n", shape: [4], rules: merging)
        let runs = Set((0..<6).compactMap { _ in run(&plan, at: 1_000) })

        #expect(runs == [["a1", "a2"], ["b1"], ["none1"], ["none2"], ["other"]])
    }

    @Test("an expired request never runs, and another's delay ends before a request's own time does")
    func expiry() {
        var plan = Plan(capacity: 100)
        _ = submit(&plan, "a", expiry: 500)
        _ = submit(&plan, "b")
        let step = plan.next(at: 500)
        #expect(step.expired.map(\.job) == ["a"])
        guard case .run(_, let requests) = step.action else { return #expect(Bool(false), "nothing runs") }
        #expect(requests.map(\.job) == ["b"])

        let slow = QueueRules(limit: 100, batching: BatchRules(maximumRows: 8, maximumDelay: 10_000))
        _ = submit(&plan, "c", at: 1_000, expiry: 2_000, cost: 100, rules: slow)
        #expect(run(&plan, at: 1_100) == nil)
        #expect(run(&plan, at: 1_600) == ["c"])
        #expect(plan.tally.expired == 1)
    }

    @Test("a time that is up is told though nothing else happens")
    func expiryAlone() {
        let slow = QueueRules(limit: 100, batching: BatchRules(maximumRows: 8, maximumDelay: 100))
        var plan = Plan(capacity: 100)
        _ = submit(&plan, "a", at: 0, expiry: 50, cost: 0, rules: slow)
        guard case .wait(let until) = plan.next(at: 0).action else { return #expect(Bool(false), "it does not wait") }
        #expect(until <= 50)
        #expect(plan.expire(at: 49).isEmpty)
        #expect(plan.expire(at: 50).map(\.job) == ["a"])
        guard case .idle = plan.next(at: 60).action else { return #expect(Bool(false), "something is left") }
    }

    @Test("a cancelled request is gone, once")
    func cancel() {
        var plan = Plan(capacity: 100)
        let ticket = submit(&plan, "a")
        _ = submit(&plan, "b")
        guard let ticket else { return #expect(Bool(false), "refused") }

        #expect(plan.cancel(ticket, of: "m") == "a")
        #expect(plan.cancel(ticket, of: "m") == nil)
        #expect(run(&plan, at: 0) == ["b"])
    }

    @Test("a queue is bounded for each model and for all together, and a refusal changes nothing")
    func bound() {
        let small = QueueRules(limit: 2)
        var plan = Plan(capacity: 3)
        #expect(submit(&plan, "a", rules: small) != nil)
        #expect(submit(&plan, "b", rules: small) != nil)
        #expect(submit(&plan, "c", rules: small) == nil)
        #expect(submit(&plan, "d", of: "n", rules: small) != nil)
        #expect(submit(&plan, "e", of: "n", rules: small) == nil)
        #expect(plan.tally.accepted == 3)
        #expect(plan.tally.refused == 2)
        #expect(plan.backlog == 300)
    }

    @Test("a model with a long queue does not keep another waiting")
    func turns() {
        var plan = Plan(capacity: 1_000)
        for index in 0..<50 { _ = submit(&plan, "long\(index)", of: "long", cost: 1_000) }
        for _ in 0..<10 { _ = run(&plan, at: 0) }
        for index in 0..<20 { _ = submit(&plan, "short\(index)", of: "short", cost: 100) }
        let next = (0..<22).compactMap { _ in run(&plan, at: 0)?.first }

        // The engine time of the two is level: ten short ones to one long one.
        #expect(next.prefix(11).filter { $0.hasPrefix("short") }.count >= 9)
        #expect(next.filter { $0.hasPrefix("short") }.count >= 18)
        #expect(next.contains { $0.hasPrefix("long") })
    }

    @Test("a model that comes back as soon as it is served has no more turns than one that waits")
    func closedLoop() {
        var plan = Plan(capacity: 1_000)
        _ = submit(&plan, "slow", of: "slow", cost: 1_000)
        for index in 0..<100 { _ = submit(&plan, "\(index)", of: "quick", cost: 10) }
        var runs: [String] = []
        for _ in 0..<60 {
            guard let job = run(&plan, at: 0)?.first else { break }
            runs.append(job)
            if job == "slow" { _ = submit(&plan, "slow", of: "slow", cost: 1_000) }
        }

        #expect(runs.count { $0 == "slow" } == 1)
    }

    @Test("whoever takes work says whether it leaves some")
    func leaves() {
        var plan = Plan(capacity: 100)
        _ = submit(&plan, "a", rules: merging)
        _ = submit(&plan, "b", of: "n")
        #expect(plan.next(at: 0).leavesWork)
        #expect(!plan.next(at: 1_000).leavesWork)
    }

    @Test("whatever happens, each accepted request ends once", arguments: 0..<20)
    func conservation(seed: UInt64) {
        var random = SeededGenerator(seed)
        var plan = Schedule<Int, Int>(capacity: 40)
        var tickets: [(ticket: Schedule<Int, Int>.Request.Ticket, model: Int)] = []
        var ended: [Int: Int] = [:]
        var accepted = 0
        let rules = [QueueRules(limit: 10), merging, QueueRules(limit: 20, batching: BatchRules(maximumRows: 4, preferredRows: [2]))]
        for now in stride(from: 0, to: 20_000, by: 10) {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let model = Int.random(in: 0..<3, using: &random)
                let request = WaitingRequest(
                    accepted, rows: Int.random(in: 1...5, using: &random), shape: Bool.random(using: &random) ? [1] : [2],
                    priority: Int.random(in: 0..<3, using: &random), arrival: now,
                    expiry: Bool.random(using: &random) ? now + Int.random(in: 0..<900, using: &random) : nil,
                    cost: Int.random(in: 0..<50, using: &random))
                guard let ticket = plan.submit(request, of: model, rules: rules[model]) else { continue }
                tickets.append((ticket, model))
                accepted += 1
            case 5:
                guard let (ticket, model) = tickets.randomElement(using: &random) else { continue }
                if let job = plan.cancel(ticket, of: model) { ended[job, default: 0] += 1 }
            default:
                let step = plan.next(at: now)
                for request in step.expired { ended[request.job, default: 0] += 1 }
                guard case .run(_, let requests) = step.action else { continue }
                #expect(Set(requests.map(\.shape)).count == 1)
                #expect(requests.allSatisfy { !$0.isExpired(at: now) })
                for request in requests { ended[request.job, default: 0] += 1 }
            }
        }
        while case .run(_, let requests) = plan.next(at: .max - 1).action {
            for request in requests { ended[request.job, default: 0] += 1 }
        }

        #expect(plan.tally.waiting == 0)
        #expect(plan.backlog == 0)
        #expect(plan.tally.accepted == accepted)
        // What expired in the last step was not asked for: it is the difference, and each of the others ended once.
        #expect(ended.values.allSatisfy { $0 == 1 })
        #expect(plan.tally.started + plan.tally.expired + plan.tally.cancelled == accepted)
    }
}
