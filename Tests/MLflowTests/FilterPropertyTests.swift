import Foundation
import MLflow
import TestSupport
import Testing

@Suite("Filters, at random")
struct FilterPropertyTests {
    @Test("a filter that is printed reads as the same filter")
    func roundTrip() throws {
        let failure = try FuzzCampaign("mlflow-filter-print", cases: 3_000).run { seed, input in
            var random = RandomFilter(seed: seed)
            let filter = random.filter()
            let text = filter.description
            input(Array(text.utf8))
            let again = try? SearchFilter(text, kind: filter.kind)
            return again?.description == text && again == filter ? nil : "read as \(again?.description ?? "nothing"): \(text)"
        }

        #expect(failure == nil)
    }

    @Test("any text is a filter or a fault that says where and what was expected")
    func anyText() throws {
        let failure = try FuzzCampaign("mlflow-filter-text", cases: 5_000).run { seed, input in
            var random = RandomFilter(seed: seed)
            let text = Self.mutated(&random)
            input(Array(text.utf8))
            do {
                _ = try SearchFilter(text, kind: random.pick(SearchKind.allCases))
                return nil
            } catch let error as MLflowError {
                let isPlain = error.message.hasPrefix("Invalid filter for ") && error.message.contains("expected")
                return error.code == .invalidParameterValue && isPlain ? nil : "\(error)"
            }
        }

        #expect(failure == nil)
    }

    @Test("any bytes are an order or a fault")
    func anyOrder() throws {
        let failure = try FuzzCampaign("mlflow-order-text", cases: 3_000).run { seed, input in
            var random = RandomFilter(seed: seed)
            let text = (random.below(2) == 0 ? random.pick(["metrics.", "tags.", "start_time", "name"]) : "") + random.text(atLeast: 1)
            input(Array(text.utf8))
            let kind = random.pick(SearchKind.allCases)
            guard let order = try? SearchOrder([text], kind: kind) else { return nil }
            let first = order.terms[0].description
            return try SearchOrder([first], kind: kind).terms[0] == order.terms[0] ? nil : "\(text) printed as \(first)"
        }

        #expect(failure == nil)
    }

    @Test(
        "time grows with the text's length and not with its square",
        arguments: [
            "'", "(", "a.", "`a`.", "\"", "1e", "AND ", "run_id IN ('a', ", "'a', ", "-1", "<", "%", "\u{a0}", "''", "metrics.a<1 ",
        ])
    func linear(piece: String) {
        func seconds(_ count: Int) -> Double {
            let text = "run_id IN (" + String(repeating: piece, count: count)
            let clock = (0..<3).map { _ in ContinuousClock().measure { _ = try? SearchFilter(text, kind: .runs) } }
            return clock.map { $0 / .seconds(1) }.min() ?? 0
        }

        let short = seconds(5_000)
        let long = seconds(80_000)

        // 16 times the text: a square would be 256 times the time. The floor is below the clock's noise.
        #expect(long < max(short, 0.002) * 64)
    }

    /// A filter with a piece put in, taken out or doubled somewhere.
    private static func mutated(_ random: inout RandomFilter) -> String {
        var scalars = Array(random.filter().description.unicodeScalars)
        for _ in 0...random.below(3) {
            let place = random.below(scalars.count + 1)
            let end = min(scalars.count, place + random.below(6))
            switch random.below(3) {
            case 0: scalars.insert(contentsOf: Array(random.pick(RandomFilter.pieces).unicodeScalars), at: place)
            case 1: scalars.removeSubrange(place..<end)
            default: scalars.insert(contentsOf: scalars[place..<end], at: place)
            }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
