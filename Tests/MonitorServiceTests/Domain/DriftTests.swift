import Contracts
import Foundation
import Statistics
import TestSupport
import Testing

@testable import MonitorService

@Suite("Drift")
struct DriftTests {
    /// Runs windows of traffic through looks and the state, as the watch does, and gives what fired, by window.
    private func fired(seed: UInt64, windows: Int, drift: SampleTraffic.Drift? = nil, from start: Int = 0) throws -> [(
        window: Int, reading: Reading
    )] {
        var traffic = SampleTraffic(seed: seed)
        let plan = WatchPlan(try SampleCapability.manifest())
        let reference = traffic.rows(plan.window)
        var state = WatchState()
        state.follow(champion: 1)
        var fired: [(Int, Reading)] = []
        for window in 0..<windows {
            let rows = traffic.rows(plan.window, drift: window >= start ? drift : nil)
            let look = WatchLook(plan: plan, newest: rows, labeled: rows, reference: reference, previous: [])
            for case .fired(let reading, _) in state.note(look.result(seed: 1).readings, plan: plan.keys, newID: { "id" }) {
                fired.append((window, reading))
            }
        }
        return fired
    }

    @Test("stationary traffic raises next to no alarm, over many seeds")
    func falseAlarms() throws {
        var count = 0
        for seed in 0..<24 as Range<UInt64> { count += try fired(seed: seed, windows: 5).count }
        // 24 runs with 5 windows of 4 places and 5 conditions each: 960 chances.
        #expect(count <= 1)
    }

    @Test("a drifted scanner is found in its slice within two windows, and nothing before it drifts", arguments: [1, 2, 3] as [UInt64])
    func inverted(seed: UInt64) throws {
        let fired = try fired(seed: seed, windows: 5, drift: .inverted, from: 2)
        #expect(fired.allSatisfy { $0.window >= 2 })
        let drift = fired.first { $0.reading.key == AlarmKey(slice: "scanner-b", kind: .drift, metric: "psi") }
        #expect(drift?.window == 3)
        let accuracy = fired.first { $0.reading.key == AlarmKey(slice: "scanner-b", kind: .metric, metric: "accuracy") }
        #expect(accuracy?.window == 2)
        #expect((accuracy?.reading.value ?? 1) < 0.5)
    }

    @Test("noise and a new source are drift as well", arguments: [SampleTraffic.Drift.noisy, .newSource])
    func otherDrifts(drift: SampleTraffic.Drift) throws {
        let fired = try fired(seed: 5, windows: 4, drift: drift, from: 1)
        let slice = drift == .newSource ? "*" : "scanner-b"
        #expect(fired.first { $0.reading.key.kind == .drift && $0.reading.key.slice == slice }?.window == 2)
        #expect(fired.allSatisfy { $0.window >= 1 })
    }

    @Test("the feature that drifted is named")
    func feature() {
        var traffic = SampleTraffic(seed: 9)
        let reference = traffic.rows(300)
        let current = traffic.rows(300, drift: .newSource)
        let finding = DriftCheck(bound: 0.2, seed: 1).finding(reference: reference, current: current)
        #expect(finding?.feature == "context.source")
        #expect(finding?.isDrift == true)
    }

    @Test("too few rows say nothing")
    func few() {
        var traffic = SampleTraffic(seed: 9)
        #expect(DriftCheck(bound: 0.2, seed: 1).finding(reference: traffic.rows(300), current: traffic.rows(DriftCheck.fewest - 1)) == nil)
        #expect(DriftCheck(bound: 0.2, seed: 1).finding(reference: [], current: []) == nil)
    }

    @Test("a long tensor is watched by its mean and spread, a missing value is a cell of its own")
    func features() {
        func row(_ input: JSONValue?, _ number: Int) -> TrafficRow {
            TrafficRow(request: requestID(number), row: 0, input: input.map { ["x": $0] } ?? [:], context: [:], output: [:], label: nil)
        }
        let long = (0..<100).map { row(.array([JSONValue](repeating: .number(Double($0)), count: 300)), $0) }
        #expect(FeatureTable(reference: long, current: long).features.map(\.name) == ["mean(input.x)", "spread(input.x)"])
        let numbers = (0..<100).map { row(.number(Double($0) + 0.5), $0) }
        let missing = [numbers[0]] + (1..<100).map { row(nil, $0) }
        let finding = DriftCheck(bound: 0.2, seed: 1).finding(reference: numbers, current: missing)
        #expect(finding?.isDrift == true)
        #expect(DriftCheck(bound: 0.2, seed: 1).finding(reference: numbers, current: numbers)?.isDrift == false)
    }

    /// Rows of which a share was kept with no inputs, as sampling does, and a share without the source, as a bound on size does.
    private func partly(_ rows: [TrafficRow], inputs: Int, source: Int) -> [TrafficRow] {
        rows.enumerated().map { index, row in
            let (noInput, noSource) = (index % 10 >= inputs, index % 10 >= source)
            return TrafficRow(
                request: row.request, row: row.row, input: noInput ? [:] : row.input,
                context: noSource ? row.context.filter { $0.key != "source" } : row.context, output: row.output, label: row.label,
                omitted: Set((noInput ? ["pixels"] : []) + (noSource ? ["source"] : [])))
        }
    }

    @Test("what the records left out is not observed: that one window has less of it is no drift, and what is left still shows one")
    func omitted() {
        let check = DriftCheck(bound: 0.2, seed: 1, required: ["pixels"])
        var calm = 0
        for seed in 0..<8 as Range<UInt64> {
            var traffic = SampleTraffic(seed: 40 + seed)
            let finding = check.finding(
                reference: partly(traffic.rows(200), inputs: 10, source: 10), current: partly(traffic.rows(200), inputs: 3, source: 4))
            calm += finding?.isDrift == true ? 1 : 0
        }
        #expect(calm == 0)

        var traffic = SampleTraffic(seed: 60)
        let reference = traffic.rows(400)
        let source = check.finding(
            reference: reference, current: partly(traffic.rows(400, drift: .newSource), inputs: 3, source: 4))
        #expect(source?.feature == "context.source")
        #expect(source?.isDrift == true)
        func scannerB(_ drift: SampleTraffic.Drift? = nil) -> [TrafficRow] {
            traffic.rows(600, drift: drift).filter { $0.context["source"] == "b" }
        }
        let pixels = check.finding(reference: scannerB(), current: partly(scannerB(.inverted), inputs: 5, source: 10))
        #expect(pixels?.isDrift == true)
        #expect(pixels?.feature.hasPrefix("input.pixels") == true)
    }

    @Test("outputs are watched in all rows though inputs are sampled; a feature that one window hardly has says nothing")
    func sampled() {
        var traffic = SampleTraffic(seed: 61)
        let reference = partly(traffic.rows(400), inputs: 1, source: 10)
        let current = partly(
            traffic.rows(400).map { row in
                TrafficRow(
                    request: row.request, row: 0, input: row.input, context: row.context, output: row.output.merging(["label": 3]) { $1 },
                    label: row.label)
            }, inputs: 1, source: 10)
        let finding = DriftCheck(bound: 0.2, seed: 1, required: ["pixels"]).finding(reference: reference, current: current)
        #expect(finding?.isDrift == true)
        #expect(finding?.feature == "prediction.label")
        let few = DriftCheck(bound: 0.2, seed: 1, required: ["pixels"]).finding(
            reference: traffic.rows(400), current: partly(traffic.rows(390, drift: .inverted), inputs: 1, source: 10))
        #expect(few?.feature.hasPrefix("input.") != true)
    }

    @Test("inputs that were too large to be kept are no drift, whatever share of the rows lacks them")
    func batches() throws {
        let plan = WatchPlan(try SampleCapability.manifest())
        var traffic = SampleTraffic(seed: 11)
        func bare(_ rows: [TrafficRow]) -> [TrafficRow] {
            rows.map { TrafficRow(request: $0.request, row: 0, input: [:], context: $0.context, output: $0.output, label: $0.label) }
        }
        let reference = traffic.rows(plan.window)
        let mixed = bare(traffic.rows(plan.window / 2)) + traffic.rows(plan.window / 2)
        for rows in [mixed, bare(traffic.rows(plan.window))] {
            let look = WatchLook(plan: plan, newest: rows, labeled: [], reference: reference, previous: [])
            #expect(look.result(seed: 1).readings.allSatisfy { $0.outcome != .bad })
        }
        let look = WatchLook(
            plan: plan, newest: bare(traffic.rows(plan.window, drift: .newSource)), labeled: [], reference: bare(reference), previous: [])
        #expect(look.result(seed: 1).readings.contains { $0.outcome == .bad })
    }

    @Test("the digits of the samples: calm while scans are drawn alike, loud when scanner b inverts them")
    func digits() throws {
        let samples = try DigitSamples()
        let plan = WatchPlan(try SampleCapability.manifest(window: 400))
        var calm = 0
        for seed in 0..<6 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var state = WatchState()
            state.follow(champion: 1)
            let reference = samples.rows(400, inverted: false, &generator)
            func looked(inverted: Bool) -> [WatchState.Change] {
                let rows = samples.rows(400, inverted: inverted, &generator)
                let look = WatchLook(plan: plan, newest: rows, labeled: rows, reference: reference, previous: [])
                return state.note(look.result(seed: 1).readings, plan: plan.keys) { "id" }
            }
            for _ in 0..<3 { calm += looked(inverted: false).count }
            let loud = looked(inverted: true) + looked(inverted: true)
            let slices = loud.compactMap {
                if case .fired(let reading, _) = $0, reading.key.kind == .drift { reading.key.slice } else { nil }
            }
            #expect(slices.contains("scanner-b"))
        }
        // 6 runs with 3 windows of 4 places and 5 conditions each: 648 chances.
        #expect(calm == 0)
    }
}

/// The scans that the repository carries, drawn at random.
private struct DigitSamples {
    let scans: [(pixels: [Double], digit: Int, source: String, form: String)]

    init() throws {
        let text = try String(contentsOf: Checkout.root.appending(path: "deploy/samples/digits/digits.csv"), encoding: .utf8)
        scans = text.split(separator: "\n").dropFirst().map { line in
            let cells = line.split(separator: ",").map(String.init)
            return (cells.prefix(64).compactMap(Double.init), Int(cells[64]) ?? -1, cells[65], cells[66])
        }
    }

    func rows(_ count: Int, inverted: Bool, _ generator: inout SeededGenerator) -> [TrafficRow] {
        (0..<count).map { _ in
            let scan = scans[generator.index(below: scans.count)]
            let isInverted = inverted && scan.source == "b"
            let pixels = scan.pixels.map { isInverted ? 16 - $0 : $0 }
            let answer = generator.uniform() < (isInverted ? 0.2 : 0.95) ? scan.digit : generator.index(below: 10)
            return TrafficRow(
                request: RequestID(), row: 0, input: ["pixels": .array(pixels.map { .number($0) })],
                context: ["source": .string(scan.source), "form": .string(scan.form)], output: ["label": .integer(Int64(answer))],
                label: .integer(Int64(scan.digit)))
        }
    }
}
