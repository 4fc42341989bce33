import ArgumentParser
import Contracts
import Foundation
import MeshClient

/// `mesh variants`
struct VariantsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "variants",
        abstract: "Make device variants of a version, measure them beside it and have its tests judge them. Exit status 1 when none passes."
    )

    @OptionGroup var target: StateOption
    @Argument(help: "The capability with an alias or a version, as in digits@candidate or digits@4. Default: @champion.")
    var model: String
    @Option(name: .customLong("precision"), help: "fp32, fp16, int8-w, int8-dyn or int8-qdq; repeatable. Default: all.")
    var precisions: [String] = []
    @Option(help: "Version of the dataset that is read. Default: the newest.")
    var dataset: Int?
    @Flag(help: "Print the variants as JSON.")
    var json = false

    func run() async throws {
        let calls = try MeshCalls(layout: target.layout)
        let wish = try Self.wish(model, precisions: precisions, dataset: dataset)
        let run: VariantRun = try await calls.value(MeshCalls.request("POST", Path("v1", "trainer", "variants"), wish), from: .trainer)
        let ended = try await finish(run, calls)
        let path = Path("v1", "registry", "models", ended.capability, "versions", String(ended.version), "variants")
        let all: Page<ModelVariant> = try await calls.value(ClientRequest("GET", path), from: .modelRegistry)
        let made = ended.outcomes.compactMap(\.variant)
        let variants = all.items.filter { made.contains($0.id) }
        if json {
            try Console.say(json: variants)
        } else {
            Console.say(Self.text(ended, variants))
        }
        if !variants.contains(where: { $0.verdict == .passed }) { throw ExitCode(1) }
    }

    /// Reads `digits@candidate` and `digits@4`.
    static func wish(_ model: String, precisions: [String], dataset: Int?) throws -> NewVariants {
        let parts = model.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, let name = parts.first, !name.isEmpty, parts.last != "" else {
            throw CommandFault("'\(model)' is no capability with a version or an alias, as in digits@candidate")
        }
        let reference = parts.count == 2 ? parts[1] : "champion"
        let number = Int(reference)
        return NewVariants(
            capability: name, version: number, alias: number == nil ? reference : nil, dataset: dataset,
            precisions: precisions.isEmpty ? nil : precisions)
    }

    // Not inlined: Swift 6.3.1 crashes when it optimises a caller's loop with this function's error handling in it (coroutine splitting).
    @inline(never)
    private func finish(_ run: VariantRun, _ calls: MeshCalls) async throws -> VariantRun {
        var run = run
        while true {
            switch run.state {
            case .finished: return run
            case .failed: throw CommandFault("the variants could not be made: \(run.error ?? "no reason given")")
            case .queued, .running: try await Task.sleep(for: .milliseconds(300))
            }
            run = try await calls.value(ClientRequest("GET", Path("v1", "trainer", "variants", run.id)), from: .trainer)
        }
    }

    /// One line for each precision, and below it what its tests and slices say where they do not pass.
    static func text(_ run: VariantRun, _ variants: [ModelVariant]) -> String {
        let head = row(["precision", "verdict", "bytes", "ms b=1", "of fp32's", "rows/s", "agreement", "largest slice difference"])
        let lines = run.outcomes.flatMap { outcome -> [String] in
            guard let variant = variants.first(where: { $0.id == outcome.variant }) else {
                return [row([outcome.precision, "not made"]) + (outcome.reason ?? "")]
            }
            return [line(variant)] + failures(variant)
        }
        return (["\(run.capability) version \(run.version), dataset version \(run.dataset.map(String.init) ?? "?")", head] + lines)
            .joined(separator: "\n")
    }

    private static func line(_ variant: ModelVariant) -> String {
        guard let measured = variant.measurement else {
            return row([variant.precision, variant.verdict.rawValue, String(variant.bytes)])
        }
        let worst = measured.slices.filter { $0.slice != nil }.max { abs($0.delta) < abs($1.delta) }
        let ratio = measured.parentSingle.p50 > 0 ? measured.single.p50 / measured.parentSingle.p50 : 0
        return row([
            variant.precision, variant.verdict.rawValue, String(variant.bytes), number(measured.single.p50, 3), number(ratio, 2),
            number(measured.rowsPerSecond, 0), number(measured.topOneAgreement ?? measured.equalLabels ?? 0, 4),
            worst.map { "\(number($0.delta, 4)) \($0.metric) on \($0.slice ?? "")" } ?? "-",
        ])
    }

    private static func failures(_ variant: ModelVariant) -> [String] {
        guard variant.verdict == .failed else { return [] }
        return (variant.report?.results ?? []).filter { $0.verdict != .pass && ($0.verdict == .fail || $0.blocking) }.map { result in
            "    \(result.verdict.rawValue) \(result.name): \(result.message)"
        }
    }

    private static func number(_ value: Double, _ places: Int) -> String {
        value.formatted(.number.precision(.fractionLength(places)).grouping(.never).locale(Locale(identifier: "en_US_POSIX")))
    }

    private static func row(_ cells: [String]) -> String {
        cells.map { $0.padding(toLength: max(11, $0.count + 1), withPad: " ", startingAt: 0) }.joined()
    }
}
