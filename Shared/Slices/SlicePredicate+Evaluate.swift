import Contracts

extension SlicePredicate {
    /// A predicate made ready for many rows: it takes what `evaluate` takes.
    public typealias Compiled = @Sendable ((SliceField) -> JSONValue?) -> Truth

    /// The answer for one row. `lookup` gives nil for a field that is not there (yet), `.null` for one that is empty;
    /// for an indexed field it may give the element, or the whole array (nested ones count row-major).
    public func evaluate(_ lookup: (SliceField) -> JSONValue?) -> Truth { compiled()(lookup) }

    /// The predicate as a closure.
    public func compiled() -> Compiled {
        switch self {
        case .compare(let field, let comparison, let literal):
            let test = literal.test(comparison)
            return { test(Self.value(of: field, $0)) }
        case .in(let field, let literals, let negated):
            let tests = literals.map { $0.test(.equal) }
            return { lookup in
                let value = Self.value(of: field, lookup)
                let found = tests.reduce(Truth.false) { $0 || $1(value) }
                return negated ? !found : found
            }
        case .between(let field, let low, let high, let negated):
            let (above, below) = (low.test(.greaterOrEqual), high.test(.lessOrEqual))
            return { lookup in
                let value = Self.value(of: field, lookup)
                let inside = above(value) && below(value)
                return negated ? !inside : inside
            }
        case .isNull(let field, let negated):
            return { lookup in Self.value(of: field, lookup).map { Truth(($0 == .null) != negated) } ?? .unknown }
        case .and(let parts):
            let parts = parts.map { $0.compiled() }
            return { lookup in
                var result = Truth.true
                for part in parts where result != .false { result = result && part(lookup) }
                return result
            }
        case .or(let parts):
            let parts = parts.map { $0.compiled() }
            return { lookup in
                var result = Truth.false
                for part in parts where result != .true { result = result || part(lookup) }
                return result
            }
        case .not(let part):
            let part = part.compiled()
            return { !part($0) }
        }
    }

    private static func value(of field: SliceField, _ lookup: (SliceField) -> JSONValue?) -> JSONValue? {
        let value = lookup(field)
        guard let index = field.index, case .array(let elements) = value else { return value }
        var left = index
        return element(of: elements, &left) ?? .null
    }

    /// The element at a row-major position of nested arrays; nil past the end.
    private static func element(of elements: [JSONValue], _ left: inout Int) -> JSONValue? {
        for element in elements {
            if case .array(let inner) = element {
                if let found = Self.element(of: inner, &left) { return found }
            } else if left == 0 {
                return element
            } else {
                left -= 1
            }
        }
        return nil
    }
}

extension SliceLiteral {
    /// A closure that compares a value with this literal, which is prepared once.
    fileprivate func test(_ comparison: SliceComparison) -> @Sendable (JSONValue?) -> Truth {
        switch self {
        case .integer(let literal):
            let double = Double(literal)
            return { value in
                if case .integer(let value) = value { return Truth(comparison.holds(value, literal)) }
                return Self.compare(value, comparison, double)
            }
        case .number(let literal): return { Self.compare($0, comparison, literal) }
        case .string(let literal):
            let literal = Array(literal.utf8)
            return { value in
                guard case .string(let value) = value else { return .unknown }
                return Truth(comparison.holds(Self.order(value, literal), 0))
            }
        case .bool(let literal):
            return { value in
                guard case .bool(let value) = value else { return .unknown }
                return Truth(comparison.holds(value ? 1 : 0, literal ? 1 : 0))
            }
        }
    }

    private static func compare(_ value: JSONValue?, _ comparison: SliceComparison, _ literal: Double) -> Truth {
        guard let value = value?.doubleValue, !value.isNaN, !literal.isNaN else { return .unknown }
        return Truth(comparison.holds(value, literal))
    }

    /// Negative, zero or positive by UTF-8 bytes: Swift's own `==` takes canonically equivalent texts for one, engines do not.
    private static func order(_ text: String, _ literal: [UInt8]) -> Int {
        var text = text
        return text.withUTF8 { bytes in
            for index in 0..<min(bytes.count, literal.count) where bytes[index] != literal[index] {
                return bytes[index] < literal[index] ? -1 : 1
            }
            return bytes.count - literal.count
        }
    }
}
