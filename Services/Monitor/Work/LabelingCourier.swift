import Contracts
import Foundation
import Logging
import MeshClient
import Metrics
import Observability
import ServiceLifecycle

/// Brings the rows of alarms to labeling: each job until it is answered, under its id as idempotency key.
struct LabelingCourier: Service {
    private static let deadline: Duration = .seconds(10)
    private static let longestPause = 60.0

    let jobs: LabelingJobStore
    let labeling: MeshClient
    let interval: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    if let job = try await jobs.claim() {
                        try await bring(job)
                        continue
                    }
                } catch {
                    if !Task.isCancelled {
                        logger.warning("labeling could not be asked", metadata: ["error": "\(String(reflecting: error))"])
                    }
                }
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// A project is named after its capability.
    private func bring(_ job: LabelingJobStore.Job) async throws {
        var request = try MeshClient.json(
            "POST", Path("v1", "labeling", "projects", job.capability, "tasks"), job.body,
            idempotencyKey: "alarm-\(job.id)-\(job.body.tasks.count)")
        request.deadline = .after(Self.deadline)
        let answer = try? await labeling.send(request)
        switch answer?.status ?? 0 {
        case 200..<300:
            try await jobs.finish(job)
            count("done", job.body.tasks.count)
        case 400, 413, 415, 422:
            if let (rest, dropped) = FailingRows.rest(of: job.body, without: (try? answer?.decode(Problem.self))?.errors ?? []) {
                try await jobs.shrink(job, to: rest, without: dropped)
                count("dropped", dropped.count)
                return
            }
            logger.error(
                "labeling refused an alarm's rows",
                metadata: ["job": "\(job.id)", "answer": "\(String(decoding: answer?.body.prefix(500) ?? [], as: UTF8.self))"])
            try await jobs.refuse(job)
            count("refused", job.body.tasks.count)
        default:
            // Not there, not ready, or no project yet: the rows can wait.
            try await jobs.postpone(job, seconds: min(Self.longestPause, 0.25 * pow(2, Double(min(job.attempts, 10)))))
            count("postponed", job.body.tasks.count)
        }
    }

    private func count(_ outcome: String, _ tasks: Int) {
        Counter(label: "mesh_monitor_labeling_tasks", dimensions: [("outcome", outcome)]).increment(by: tasks)
    }
}
