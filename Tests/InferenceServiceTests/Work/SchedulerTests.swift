import Contracts
import Dispatch
import Foundation
import ONNX
import OnnxRuntime
import Scheduling
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import InferenceService

@Suite("Requests and the engine")
struct SchedulerTests {
    static func settings(rows: Int, delay: Duration, preferred: [Int] = [], queue: Int = 256) -> ModelSettings {
        var settings = ModelSettings()
        settings.batching = ModelSettings.Batching(maximumRows: rows, maximumDelay: delay, preferredRows: preferred)
        settings.queue = queue
        return settings
    }

    /// Runs requests of so many rows at once, and gives their outcomes in their order.
    static func outcomes(_ scheduler: Scheduler, _ model: LoadedModel, rows: [Int]) async throws -> [EngineOutcome] {
        let results = Recorder<[Int: Result<EngineOutcome, any Error>]>([:])
        for (number, rows) in rows.enumerated() {
            let input = SlowModel.row(number, rows: rows)
            let job = EngineJob(
                model: model, rows: rows, elements: input.count,
                work: .run([input]) { result in results.change { $0[number] = result } })
            _ = try scheduler.submit(job, shape: model.lane.shape(of: [input]))
        }
        try await eventually { results.value.count == rows.count ? nil : "\(results.value.count) of \(rows.count)" }
        return try rows.indices.map { index in try #require(results.value[index]).get() }
    }

    @Test("requests that wait for each other run as one, and each gets its own rows")
    func merged() async throws {
        let runtime = try EngineLibrary.runtime()
        let scheduler = Scheduler(threads: 2, queue: 100)
        let model = try SlowModel.loaded(layers: 2, settings: Self.settings(rows: 16, delay: .seconds(20)), runtime: runtime)
        let rows = [1, 3, 2, 4, 1, 5]
        let outcomes = try await Self.outcomes(scheduler, model, rows: rows)

        #expect(outcomes.allSatisfy { $0.runRows == 16 && !$0.isOwnRun })
        for (number, outcome) in outcomes.enumerated() {
            let single = try model.session.run([SlowModel.row(number, rows: rows[number])], outputs: ["y"])
            #expect(outcome.outputs == single)
        }
        let counts = model.lane.statistics.counts
        #expect(counts.executionCount == 1)
        #expect(counts.inferenceCount == 16)
        #expect(counts.batches[16]?.computeInfer.count == 1)
        #expect(model.lane.waitingRequests == 0)
    }

    @Test("without batching each runs alone, and what is measured as paying is merged without waiting")
    func alone() async throws {
        let runtime = try EngineLibrary.runtime()
        let scheduler = Scheduler(threads: 1, queue: 100)
        let single = try SlowModel.loaded(layers: 2, settings: Self.settings(rows: 1, delay: .zero), runtime: runtime)
        #expect(single.lane.rules.batching == nil)
        #expect(try await Self.outcomes(scheduler, single, rows: [1, 1, 1]).allSatisfy { $0.runRows == 1 && $0.isOwnRun })

        let measured = try SlowModel.loaded(layers: 20, runtime: runtime)
        let gain = try #require(measured.lane.trial.gain)
        #expect(measured.lane.rules.batching == (gain.pays ? BatchRules(maximumRows: gain.mostRows) : nil))
        #expect(gain.isRowWise)
        #expect(gain.manyRows != nil)
    }

    @Test("a model whose rows are not independent is found out when it is loaded, and never merged")
    func dependentRows() async throws {
        let runtime = try EngineLibrary.runtime()
        let session = try Session(runtime: runtime, model: try ONNXGraph.softmaxOverRows().bytes())
        let trial = try EngineTrial.run(session, SlowModel.interface)
        let lane = ModelLane(
            ServedModel(
                name: "rows", number: 1, team: "t", interface: SlowModel.interface, origin: .blob(Digest(of: [1])), fileBytes: 1,
                settings: Self.settings(rows: 8, delay: .seconds(1))), trial: trial,
            statistics: ModelStatistics(model: "rows", version: "1"))

        #expect(trial.gain?.isRowWise == false)
        #expect(lane.rules.batching == nil)
        #expect(!lane.isBatchable)
    }

    @Test("a full queue refuses with Retry-After before any work, a timeout that passed is told and never runs")
    func refused() async throws {
        let runtime = try EngineLibrary.runtime()
        let scheduler = Scheduler(threads: 1, queue: 100)
        let model = try SlowModel.loaded(layers: 2, settings: Self.settings(rows: 8, delay: .seconds(20), queue: 2), runtime: runtime)
        let ends = Recorder<[String]>([])
        func submit(_ name: String, timeout: Int? = nil) throws -> @Sendable () -> Bool {
            let job = EngineJob(
                model: model, rows: 1, elements: SlowModel.width,
                work: .run([SlowModel.row(1)]) { result in
                    let status = if case .failure(let error as Problem) = result { "\(error.status)" } else { "ran" }
                    ends.change { $0.append("\(name) \(status)") }
                })
            return try scheduler.submit(job, shape: [1], timeout: timeout)
        }
        // The only thread is at work.
        let begun = Recorder(false)
        let gate = DispatchSemaphore(value: 0)
        _ = try scheduler.submit(
            EngineJob(
                model: model, rows: 1, elements: 1,
                work: .whole { _ in
                    begun.change { $0 = true }
                    gate.wait()
                }), shape: nil)
        try await eventually { begun.value ? nil : "the thread has not begun" }
        defer { gate.signal() }
        _ = try submit("a", timeout: 1_000_000)
        let cancel = try submit("b")
        let refusal = #expect(throws: Problem.self) { _ = try submit("c") }
        #expect(refusal?.status == 429)
        #expect((refusal?.retryAfter ?? 0) >= 1)
        try await eventually {
            scheduler.expire()
            return ends.value == ["a 504"] ? nil : "\(ends.value)"
        }
        #expect(cancel())
        #expect(!cancel())
        #expect(scheduler.tally.waiting == 0)
        #expect(model.lane.waitingRequests == 0)
        #expect(model.lane.statistics.counts.executionCount == 0)
    }

    @Test("a run that takes long is ended when nobody waits for it, and none begins after that")
    func stopped() async throws {
        let runtime = try EngineLibrary.runtime()
        let model = try SlowModel.loaded(layers: 500, runtime: runtime)
        let rows = 4_000
        let input = SlowModel.row(1, rows: rows)
        model.lane.cost.note(elements: input.count, nanoseconds: 900_000_000)
        let stop = RunStop()
        let end = Recorder<EngineError.Kind?>(nil)
        let runs = Recorder(0)
        Thread.detachNewThread {
            do throws(EngineError) {
                // One run after the other: the end comes in the middle of one, whenever it comes.
                for _ in 0..<2_000 {
                    runs.change { $0 += 1 }
                    _ = try EngineRun.single(model, [input], rows: rows, elements: input.count, waited: 0, stop: stop)
                }
            } catch { end.change { [kind = error.kind] in $0 = kind } }
        }
        try await eventually { runs.value > 0 ? nil : "it has not begun" }
        #expect(end.value == nil)
        stop.stop()
        try await eventually { end.value == .cancelled ? nil : "\(String(describing: end.value)) after \(runs.value) runs" }

        let late = #expect(throws: EngineError.self) {
            try EngineRun.single(model, [input], rows: rows, elements: input.count, waited: 0, stop: stop)
        }
        #expect(late?.kind == .cancelled)
    }

    @Test("one request of very many rows runs in pieces, and gets what one run would give")
    func pieces() throws {
        let runtime = try EngineLibrary.runtime()
        let model = try SlowModel.loaded(layers: 3, runtime: runtime)
        // As if a row took half a second.
        for _ in 0..<60 {
            for rows in [1, 2, 4, 8, 16] {
                model.lane.cost.note(elements: rows * SlowModel.width, nanoseconds: rows * 500_000_000)
            }
        }
        let input = SlowModel.row(2, rows: 13)
        let outcome = try EngineRun.single(model, [input], rows: 13, elements: input.count, waited: 0, stop: RunStop())

        #expect(outcome.outputs == (try model.session.run([input], outputs: ["y"])))
        // Each of the pieces was timed by itself.
        #expect((model.lane.cost.estimate(elements: 2 * SlowModel.width) ?? .max) < 1_000_000_000)
        #expect((model.lane.cost.estimate(elements: 16 * SlowModel.width) ?? 0) == 8_000_000_000)
    }

    @Test("short runs are the caller's own, long ones and those of a patient model are not")
    func inline() throws {
        let runtime = try EngineLibrary.runtime()
        let scheduler = Scheduler(threads: 1, queue: 100)
        let short = try SlowModel.loaded(layers: 1, runtime: runtime)
        let patient = try SlowModel.loaded(layers: 1, settings: Self.settings(rows: 8, delay: .milliseconds(5)), runtime: runtime)
        for _ in 0..<60 { short.lane.cost.note(elements: SlowModel.width, nanoseconds: 3_000) }

        #expect(scheduler.runsInline(short, elements: SlowModel.width))
        #expect(!scheduler.runsInline(patient, elements: SlowModel.width))
        for _ in 0..<60 { short.lane.cost.note(elements: SlowModel.width, nanoseconds: 2_000_000) }
        #expect(!scheduler.runsInline(short, elements: SlowModel.width))
        let outcome = try scheduler.run(short, [SlowModel.row(7)], rows: 1, elements: SlowModel.width)
        #expect(outcome.outputs[0].elements(as: Float.self).first == 700)
    }

    @Test("the batch lane gives what one run gives, in the order of the rows, from many pieces")
    func batch() async throws {
        let runtime = try EngineLibrary.runtime()
        let scheduler = Scheduler(threads: 2, queue: 100)
        let model = try SlowModel.loaded(layers: 10, runtime: runtime)
        // As if a row took two milliseconds.
        for _ in 0..<60 {
            for rows in [1, 2, 4, 8, 16, 32] { model.lane.cost.note(elements: rows * SlowModel.width, nanoseconds: rows * 2_000_000) }
        }
        let input = SlowModel.row(3, rows: 37)
        let outputs = try await scheduler.runBatch(model, [input])

        #expect(outputs == (try model.session.run([input], outputs: ["y"])))
        #expect(model.lane.statistics.counts.batchLaneRows == 37)
        #expect(model.lane.statistics.counts.batchLane.count > 3)
        #expect(model.lane.statistics.counts.executionCount == 0)
        let wrong = Tensor(name: "x", shape: [2, 3], floats: [1, 2, 3, 4, 5, 6])
        await #expect(throws: EngineError.self) { try await scheduler.runBatch(model, [wrong]) }
    }

    @Test("results never cross: whatever is merged with whatever, each gets the rows it sent", arguments: [1, 2, 3])
    func crossing(seed: UInt64) async throws {
        let runtime = try EngineLibrary.runtime()
        let scheduler = Scheduler(threads: 2, queue: 10_000)
        let models = [
            try SlowModel.loaded(layers: 3, settings: Self.settings(rows: 8, delay: .microseconds(200), queue: 5_000), runtime: runtime),
            try SlowModel.loaded(
                layers: 5, settings: Self.settings(rows: 32, delay: .zero, preferred: [4], queue: 5_000), runtime: runtime),
        ]
        let wrong = Recorder<[Int]>([])
        let ended = Recorder(0)
        var random = SeededGenerator(seed: seed)
        for number in 0..<2_000 {
            let rows = Int.random(in: 1...4, using: &random)
            let model = models[Int.random(in: 0..<2, using: &random)]
            let input = SlowModel.row(number, rows: rows)
            let job = EngineJob(
                model: model, rows: rows, elements: input.count,
                work: .run([input]) { result in
                    let isRight = (try? result.get().outputs[0].elements(as: Float.self)) == input.elements(as: Float.self)
                    if !isRight { wrong.change { $0.append(number) } }
                    ended.change { $0 += 1 }
                })
            let cancel = try scheduler.submit(job, shape: model.lane.shape(of: [input]), priority: Int.random(in: 0..<3, using: &random))
            if number % 17 == 0, cancel() { ended.change { $0 += 1 } }
        }
        try await eventually { ended.value == 2_000 ? nil : "\(ended.value) ended" }

        #expect(wrong.value == [])
        let tally = scheduler.tally
        #expect(tally.accepted == 2_000)
        #expect(tally.started + tally.cancelled == 2_000)
    }
}

/// Graphs that no service would make.
enum ONNXGraph {
    /// A softmax over the rows: what a row gives depends on the others.
    static func softmaxOverRows() -> ONNXModel {
        var builder = GraphBuilder(name: "rows")
        builder.input("x", .float, shape: [-1, SlowModel.width])
        builder.output("y", .float, shape: [-1, SlowModel.width])
        builder.node("Softmax", ["x"], to: ["y"], integers: ["axis": 0])
        return builder.model()
    }
}
