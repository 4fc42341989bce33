import Statistics
import Testing

@testable import TrainerService

@Suite("The rules of the queue")
struct JobLeaseTests {
    @Test("of two workers that both think they hold a job only the later one can change it")
    func fence() {
        var job = JobLease(timeout: 100)
        let claims = [0, 9.9, 10].map { job.claim(at: $0, for: 10) }
        #expect(claims == [true, false, true])
        let renewal = job.renew(fence: 1, at: 11, for: 10)
        let released = job.release(fence: 1, at: 11, pause: 0, counts: true)

        #expect(renewal == .lost)
        #expect(!released)
        #expect(!job.mayCommit(1))
        #expect(job.mayCommit(2))
        #expect(job.attempts == 2)
    }

    @Test("workers that are lost over a job count until one lets it go")
    func losses() {
        var job = JobLease(timeout: 100)
        var seen: [Int] = []
        for now in [0.0, 10, 20] {
            _ = job.claim(at: now, for: 10)
            seen.append(job.losses)
        }
        _ = job.release(fence: 3, at: 21, pause: 0, counts: true)
        _ = job.claim(at: 22, for: 10)
        seen.append(job.losses)
        _ = job.claim(at: 32, for: 10)
        seen.append(job.losses)
        #expect(seen == [0, 1, 2, 0, 1])
    }

    @Test("a lease that ran out is good again as long as nobody else took the job")
    func lateRenewal() {
        var job = JobLease(timeout: 100)
        _ = job.claim(at: 0, for: 10)
        #expect(job.isClaimable(at: 30))
        let renewal = job.renew(fence: 1, at: 30, for: 10)
        #expect(renewal == .held)
        #expect(!job.isClaimable(at: 39))
    }

    @Test("who asked to cancel is heard before the timeout, and both keep the job held until its end is written")
    func ends() {
        var job = JobLease(timeout: 100)
        _ = job.claim(at: 0, for: 10)
        let late = job.renew(fence: 1, at: 100, for: 10)
        #expect(late == .overdue)
        #expect(job.mayCommit(1))
        job.cancelAsked = true
        let cancelled = job.renew(fence: 1, at: 101, for: 10)
        #expect(cancelled == .cancelAsked)
    }

    @Test("what stops an attempt settles it: only a failure that may pass is tried again, with growing pauses, and not for ever")
    func settlement() {
        #expect(JobEnd.of(.lost) == .leave)
        #expect(JobEnd.of(.stopping) == .letGo)
        #expect(JobEnd.of(.cancelled) == .cancelled)
        #expect(JobEnd.of(.overdue) == .failed("Ended by its timeout."))
        #expect(JobEnd.of("x", isPassing: false, attempt: 1) == .failed("x"))
        #expect(JobEnd.of("x", isPassing: true, attempt: 3) == .retry(after: 4, "x"))
        #expect(JobEnd.of("x", isPassing: true, attempt: RetryPolicy.attempts) == .failed("x"))
    }

    /// Workers as they are at their worst: they stand still, die, are slow, and go on with what is not theirs any more.
    private struct World {
        struct Held {
            let job: Int
            let fence: Int
        }

        static let lease = 5.0
        static let quotas = [2, 1, 3]
        var generator: SeededGenerator
        var now = 0.0
        var jobs: [JobLease?]
        let teams: [Int]
        let priorities: [Int]
        var workers: [Held?]
        /// How often the result of each job was written.
        var commits: [Int]
        var faults: [String] = []

        init(seed: UInt64) {
            generator = SeededGenerator(seed: seed)
            let count = 5 + generator.index(below: 20)
            jobs = Array(repeating: JobLease(timeout: 400), count: count)
            teams = (0..<count).map { $0 % 3 }
            priorities = (0..<count).map { $0 * 7 % 3 - 1 }
            workers = Array(repeating: nil, count: 6)
            commits = Array(repeating: 0, count: count)
        }

        mutating func step() {
            now += generator.uniform() * 2
            let worker = generator.index(below: workers.count)
            guard let held = workers[worker] else { return claim(worker) }
            switch generator.index(below: 10) {
            // Dies or stands still: it does nothing, and its lease runs out.
            case 0: workers[worker] = nil
            case 1: break
            case 2...5: renew(held, worker)
            case 6: release(held, worker)
            default: commit(held, worker)
            }
        }

        private mutating func claim(_ worker: Int) {
            let open = jobs.indices.filter { jobs[$0]?.isClaimable(at: now) == true }
            let heads = Dictionary(grouping: open) { teams[$0] }.compactMap { team, jobs in head(of: team, jobs) }
            guard let next = TeamHead.next(heads), let job = Int(next.job.id) else { return }
            if let better = heads.first(where: { $0.priority > next.priority && $0.held < $0.quota }) {
                faults.append("\(better.job.id) should have gone before \(job)")
            }
            guard jobs[job]?.claim(at: now, for: Self.lease) == true, let fence = jobs[job]?.fence else {
                return faults.append("\(job) was open and could not be claimed")
            }
            if held(by: next.team) > next.quota { faults.append("team \(next.team) has more than its quota") }
            workers[worker] = Held(job: job, fence: fence)
        }

        private func held(by team: String) -> Int {
            jobs.indices.count { "\(teams[$0])" == team && jobs[$0]?.isHeld(at: now) == true }
        }

        private func head(of team: Int, _ open: [Int]) -> TeamHead? {
            open.min { (-priorities[$0], $0) < (-priorities[$1], $1) }.map { job in
                TeamHead(
                    job: Job.Key(kind: .run, id: "\(job)"), team: "\(team)", priority: priorities[job], ordinal: job,
                    held: held(by: "\(team)"), quota: Self.quotas[team])
            }
        }

        private mutating func renew(_ held: Held, _ worker: Int) {
            let isOthers = jobs[held.job]?.fence != held.fence
            let answer = jobs[held.job]?.renew(fence: held.fence, at: now, for: Self.lease) ?? .lost
            if isOthers != (answer == .lost) { faults.append("\(held.job) renewed by a fence that is not its own") }
            if answer == .lost { workers[worker] = nil }
        }

        private mutating func release(_ held: Held, _ worker: Int) {
            let before = jobs[held.job]
            let done = jobs[held.job]?.release(fence: held.fence, at: now, pause: generator.uniform() * 4, counts: true) ?? false
            if !done, jobs[held.job] != before { faults.append("\(held.job) was changed by an older fence") }
            workers[worker] = nil
        }

        private mutating func commit(_ held: Held, _ worker: Int) {
            if jobs[held.job]?.mayCommit(held.fence) == true {
                commits[held.job] += 1
                jobs[held.job] = nil
            }
            workers[worker] = nil
        }
    }

    @Test("whatever workers do, each job is committed at most once, no quota is passed, no priority is passed over", arguments: 0..<200)
    func anyOrder(seed: UInt64) {
        var world = World(seed: seed)
        for _ in 0..<600 { world.step() }
        #expect(world.faults == [])
        #expect(world.commits.allSatisfy { $0 <= 1 })
    }

    @Test("as long as one worker lives every job ends", arguments: 0..<50)
    func everythingEnds(seed: UInt64) {
        var world = World(seed: seed)
        for _ in 0..<20_000 where world.jobs.contains(where: { $0 != nil }) { world.step() }
        #expect(world.jobs.allSatisfy { $0 == nil })
        #expect(world.commits.allSatisfy { $0 == 1 })
    }
}
