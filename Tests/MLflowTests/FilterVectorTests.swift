import Contracts
import Foundation
import MLflow
import TestSupport
import Testing

/// What `Vectors/make_filters.py` had from the reference implementation.
struct FilterVector: Decodable, Sendable, CustomTestStringConvertible {
    struct Comparison: Decodable, Sendable, Equatable {
        let entity: String
        let key: String
        let comparator: String
        let value: JSONValue
    }

    struct Here: Decodable, Sendable {
        let accepted: Bool
        let because: String
    }

    let kind: String
    let filter: String
    let accepted: Bool
    let comparisons: [Comparison]
    /// What this product answers on purpose, and why.
    let here: Here?

    var testDescription: String { "\(kind): \(filter)" }

    static func all() throws -> [FilterVector] {
        let file = Checkout.root.appending(path: "Tests/MLflowTests/Vectors/filters.json")
        return try JSONDecoder().decode([FilterVector].self, from: Data(contentsOf: file))
    }
}

@Suite("Filters, as the reference reads them")
struct FilterVectorTests {
    @Test("a filter is taken or refused as the reference does, save where the vector says why not")
    func acceptance() throws {
        let vectors = try FilterVector.all()
        #expect(vectors.count >= 250)
        for vector in vectors {
            let isTaken = (try? parse(vector)) != nil

            #expect(isTaken == vector.here?.accepted ?? vector.accepted, "\(vector.testDescription)")
        }
    }

    @Test("a difference from the reference is one")
    func differences() throws {
        for vector in try FilterVector.all() {
            guard let here = vector.here else { continue }
            let sameSentence = here.accepted == vector.accepted
            let reads = sameSentence ? try comparisons(of: parse(vector)) == vector.comparisons : false

            #expect(!reads, "\(vector.testDescription)")
        }
    }

    @Test("the same comparisons are read")
    func reading() throws {
        for vector in try FilterVector.all() where vector.accepted && vector.here == nil {
            #expect(try comparisons(of: parse(vector)) == vector.comparisons.map(\.withNumbers), "\(vector.testDescription)")
        }
    }

    private func parse(_ vector: FilterVector) throws -> SearchFilter {
        try SearchFilter(vector.filter, kind: #require(SearchKind(rawValue: vector.kind)))
    }

    private func comparisons(of filter: SearchFilter) -> [FilterVector.Comparison] {
        filter.comparisons.map { comparison in
            FilterVector.Comparison(
                entity: comparison.field.entity.rawValue, key: comparison.field.key, comparator: comparison.comparator.rawValue,
                value: json(comparison.operand)
            ).withNumbers
        }
    }

    private func json(_ operand: Operand) -> JSONValue {
        switch operand {
        case .nothing: .null
        case .list(let texts): .array(texts.map { .string($0) })
        case .value(.text(let text)): .string(text)
        case .value(.integer(let value)): .integer(value)
        case .value(.number(let value)): .number(value)
        }
    }
}

extension FilterVector.Comparison {
    /// The version's number is read from a text too, and whole numbers come as either sort of number.
    var withNumbers: Self {
        let number = value.doubleValue ?? (key == "version_number" ? value.stringValue.flatMap { Double($0) } : nil)
        return Self(entity: entity, key: key, comparator: comparator, value: number.map { .number($0) } ?? value)
    }
}
