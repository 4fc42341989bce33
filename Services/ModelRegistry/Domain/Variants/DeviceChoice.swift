import Contracts
import Foundation

/// The best variant that has passed, for a device.
///
/// First goes what the device's own runtime executes most of (each rest is handed back to the processor); among equals what was fastest
/// beside its parent, where a tenth is no difference; then what is smallest.
struct DeviceChoice: Sendable, Hashable {
    let variant: ModelVariant
    /// One sentence for a person.
    let reason: String

    /// Throws `noVariant`, with what is wrong with each.
    init(_ variants: [ModelVariant], for device: Device) throws(Problem) {
        let fitting = variants.filter { device.refusal(of: $0) == nil }
        guard let best = fitting.min(by: { Self.rank($0, device).lexicographicallyPrecedes(Self.rank($1, device)) }) else {
            let reasons = variants.compactMap { variant in device.refusal(of: variant).map { "\(variant.precision): \($0)" } }
            let found = reasons.isEmpty ? "none was made yet: ask the trainer for device variants" : reasons.joined(separator: "; ")
            throw Problem(.noVariant, "No variant fits a device with \(device.system): \(found).")
        }
        variant = best
        reason = Self.sentence(best, of: variants.count, device)
    }

    /// Share of the nodes that a target's runtime executes; nil where no list says it.
    static func coverage(_ variant: ModelVariant, _ target: String?) -> Double? {
        guard let target, let found = variant.coverage.first(where: { $0.target == target }) else { return nil }
        return found.nodes == 0 ? 1 : Double(found.supported) / Double(found.nodes)
    }

    /// Time of one call beside that of the parent.
    static func slowness(_ variant: ModelVariant) -> Double {
        guard let measured = variant.measurement, measured.parentSingle.p50 > 0 else { return .infinity }
        return measured.single.p50 / measured.parentSingle.p50
    }

    private static func rank(_ variant: ModelVariant, _ device: Device) -> [Double] {
        let uncovered = 1 - (coverage(variant, device.target) ?? 1)
        return [(uncovered * 100).rounded(), (slowness(variant) * 10).rounded(), Double(variant.bytes)]
    }

    private static func sentence(_ variant: ModelVariant, of count: Int, _ device: Device) -> String {
        let time = String(format: "%.2f", slowness(variant))
        let covered = coverage(variant, device.target).map { share in
            "; \(device.target ?? "") executes \(Int((share * 100).rounded())) % of its nodes"
        }
        let size = "\(variant.bytes) bytes (the model itself has \(variant.parentBytes))"
        return "Of \(count) variants \(variant.precision) has passed and fits best: \(size), \(time) of its time\(covered ?? "")."
    }
}
