/// A weighted sum of independent estimates; its interval follows from theirs by the method of variance estimates recovery.
///
/// Zou & Donner 2008; for two proportions with Wilson intervals it is Newcombe's hybrid score interval (1998, method 10).
struct LinearCombination {
    let terms: [(weight: Double, value: Double, interval: ConfidenceInterval)]

    var value: Double { terms.reduce(0) { $0 + $1.weight * $1.value } }

    func interval(level: Double) -> ConfidenceInterval {
        var below = 0.0
        var above = 0.0
        for term in terms {
            let down = term.weight * (term.value - (term.weight > 0 ? term.interval.lower : term.interval.upper))
            let up = term.weight * ((term.weight > 0 ? term.interval.upper : term.interval.lower) - term.value)
            below += down * down
            above += up * up
        }
        return ConfidenceInterval(lower: value - below.squareRoot(), upper: value + above.squareRoot(), level: level)
    }
}
