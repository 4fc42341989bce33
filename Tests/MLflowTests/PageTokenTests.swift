import Cryptography
import Foundation
import TestSupport
import Testing

@testable import MLflow

@Suite("Page tokens")
struct PageTokenTests {
    private let codec = PageTokenCodec(key: Array("a secret of the service".utf8))
    private let last: [SearchValue?] = [.number(-0.0), .integer(.max), .text("r'\u{0}ü")]

    private func search(
        _ filter: String = "metrics.a > 1", _ order: [String] = ["metrics.a DESC"], scope: [String] = ["team", "1", "2"]
    ) throws -> PagedSearch {
        PagedSearch(try SearchFilter(filter, kind: .runs), try SearchOrder(order, kind: .runs), scope: scope)
    }

    @Test("a token gives back the values that it was made of")
    func roundTrip() throws {
        let search = try search()
        for values in [last, [nil, .integer(-1), .text("")], [.number(.infinity), .integer(0), .text("x")]] {
            #expect(try codec.values(in: codec.token(after: values, in: search), of: search) == values)
        }
        let notANumber = try codec.values(in: codec.token(after: [.number(.nan), .integer(0), .text("x")], in: search), of: search)
        #expect(notANumber?[0]?.isNaN == true)
    }

    @Test("no token and an empty one are the first page")
    func first() throws {
        #expect(try codec.values(in: nil, of: search()) == nil)
        #expect(try codec.values(in: "", of: search()) == nil)
    }

    @Test("another spelling of the same search may go on")
    func spelling() throws {
        let token = codec.token(after: last, in: try search())

        #expect(try codec.values(in: token, of: search("metric.`a`  >1 and", ["metric.\"a\" desc"])) == last)
    }

    @Test("a token of another search is refused")
    func foreign() throws {
        let token = codec.token(after: last, in: try search())
        let others = [
            try search("metrics.a > 2"), try search(""), try search("metrics.a > 1", ["metrics.a"]), try search("metrics.a > 1", []),
            try search(scope: ["team", "1"]), try search(scope: ["team", "12"]), try search(scope: ["other", "1", "2"]),
            try search(scope: ["team\n1\n1", "2"]),
        ]

        for other in others {
            #expect(throws: Self.refusal) { try codec.values(in: token, of: other) }
        }
    }

    @Test("a token of another kind or under another key is refused")
    func otherKey() throws {
        func models(_ kind: SearchKind) throws -> PagedSearch {
            PagedSearch(try SearchFilter("name = 'a'", kind: kind), try SearchOrder([], kind: kind), scope: [])
        }
        let token = codec.token(after: [.text("a")], in: try models(.registeredModels))
        #expect(try codec.values(in: token, of: models(.registeredModels)) == [.text("a")])

        #expect(throws: Self.refusal) { try codec.values(in: token, of: models(.modelVersions)) }
        #expect(throws: Self.refusal) { try PageTokenCodec(key: [1]).values(in: token, of: models(.registeredModels)) }
    }

    @Test("every change of a token is refused")
    func tampering() throws {
        let search = try search()
        let token = codec.token(after: last, in: search)
        let failure = try FuzzCampaign("mlflow-page-token", cases: 2_000).run { seed, input in
            var random = RandomFilter(seed: seed)
            var bytes = Array(token.utf8)
            switch random.below(3) {
            case 0: bytes[random.below(bytes.count)] = random.pick(Array("ABCxyz019-_=%".utf8))
            case 1: bytes.removeSubrange(random.below(bytes.count)...)
            default: bytes.insert(random.pick(Array("AZaz09-_".utf8)), at: random.below(bytes.count + 1))
            }
            input(bytes)
            let changed = String(decoding: bytes, as: UTF8.self)
            guard changed != token, !changed.isEmpty else { return nil }
            return (try? codec.values(in: changed, of: search)) == nil ? nil : "taken: \(changed)"
        }

        #expect(failure == nil)
        for text in ["eyJvZmZzZXQiOiAxfQ==", "null", "{}", String(repeating: "A", count: 300_000)] {
            #expect(throws: Self.refusal) { try codec.values(in: text, of: search) }
        }
    }

    @Test("records that arrive between two pages shift nothing: each old one is seen once")
    func stability() throws {
        let order = try SearchOrder(["metrics.a"], kind: .runs)
        let search = PagedSearch(try SearchFilter("", kind: .runs), order, scope: [])
        var random = RandomFilter(seed: 7)
        func record(_ number: Int) -> [SearchValue?] {
            let value: SearchValue? = random.pick([nil, .number(.nan), .number(Double(random.below(3)))])
            return [value, .integer(Int64(random.below(3))), .text("run-\(number)")]
        }
        var records = (0..<40).map(record)
        let old = Set(records.compactMap { $0[2]?.description })

        var seen: [String] = []
        var token: String?
        repeat {
            let after = try codec.values(in: token, of: search)
            let rest = records.filter { record in after.map { order.places($0, before: record) } ?? true }
            let page = rest.sorted { order.places($0, before: $1) }.prefix(7)
            seen += page.compactMap { $0[2]?.description }
            token = rest.count > page.count ? page.last.map { codec.token(after: $0, in: search) } : nil
            records += (0..<3).map { record(1_000 + seen.count * 10 + $0) }
            if seen.count > 400 { break }
        } while token != nil && !old.isSubset(of: seen)

        #expect(Set(seen).count == seen.count)
        #expect(old.isSubset(of: seen))
    }

    private static let refusal = MLflowError(
        .invalidParameterValue, "Invalid page token: expected a next_page_token of this search, with the same filter and order.")
}
