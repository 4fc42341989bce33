/// Operations on plain arrays, done by OpenBLAS where it has them.
enum Vector {
    static func dot(_ x: [Double], _ y: [Double]) -> Double {
        Double.dot(x.count, x, y)
    }

    /// y += alpha * x.
    static func add(_ alpha: Double, _ x: [Double], to y: inout [Double]) {
        y.withUnsafeMutableBufferPointer { output in
            if let base = output.baseAddress { Double.axpy(x.count, alpha: alpha, x, base) }
        }
    }

    static func difference(_ x: [Double], _ y: [Double]) -> [Double] {
        var result = x
        add(-1, y, to: &result)
        return result
    }

    /// The largest absolute component; not a number where a component is none.
    static func largest(_ x: [Double]) -> Double {
        var result = 0.0
        for value in x {
            if value.isNaN { return .nan }
            result = max(result, abs(value))
        }
        return result
    }
}
