import Contracts
import Foundation
import Statistics

extension SearchRange {
    /// What is wrong with the range; nil when nothing is.
    func fault(isGrid: Bool) -> String? {
        if let values {
            let isAlone = minimum == nil && maximum == nil && scale == nil && whole == nil && points == nil
            guard isAlone else { return "values or bounds, not both" }
            let isFine = (1...SearchPlan.mostValues).contains(values.count) && Set(values.map(\.canonical)).count == values.count
            return isFine ? nil : "1 to \(SearchPlan.mostValues) values, each once"
        }
        guard let minimum, let maximum, minimum.isFinite, maximum.isFinite, minimum < maximum else {
            return "values, or a minimum below a maximum"
        }
        if scale == .logarithmic, minimum <= 0 { return "a minimum above 0 for a logarithmic scale" }
        if whole == true, minimum.rounded() != minimum || maximum.rounded() != maximum || max(abs(minimum), abs(maximum)) > 1e9 {
            return "whole bounds up to 1000000000"
        }
        if let points, !(2...SearchPlan.mostValues).contains(points) { return "2 to \(SearchPlan.mostValues) points" }
        return isGrid && points == nil ? "the number of points that the grid takes" : nil
    }

    /// The values that a grid takes, each once.
    var gridValues: [JSONValue] {
        if let values { return values }
        guard let points, points > 1 else { return [] }
        var found: [JSONValue] = []
        for index in 0..<points {
            let value = value(at: Double(index) / Double(points - 1))
            if found.last != value { found.append(value) }
        }
        return found
    }

    /// One value, with the same chance for each, or for each part of the scale.
    func drawn(_ generator: inout SeededGenerator) -> JSONValue {
        if let values { return values[generator.index(below: values.count)] }
        return value(at: generator.uniform())
    }

    /// The value so far along the scale, 0 to 1.
    private func value(at share: Double) -> JSONValue {
        let (low, high) = (minimum ?? 0, maximum ?? 0)
        let exact = scale == .logarithmic ? exp(log(low) + share * (log(high) - log(low))) : low + share * (high - low)
        let inside = min(high, max(low, exact))
        return whole == true ? .integer(Int64(inside.rounded())) : .number(inside)
    }
}
