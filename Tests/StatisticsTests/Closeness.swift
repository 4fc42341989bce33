/// Whether two numbers agree within an absolute tolerance plus the same share of the expected number.
func isClose(_ value: Double, _ expected: Double, within tolerance: Double = 1e-9) -> Bool {
    abs(value - expected) <= tolerance * (1 + abs(expected))
}

/// Whether two numbers agree in relative terms, however small they are.
func isRelativelyClose(_ value: Double, _ expected: Double, within tolerance: Double = 1e-9) -> Bool {
    abs(value - expected) <= tolerance * abs(expected)
}
