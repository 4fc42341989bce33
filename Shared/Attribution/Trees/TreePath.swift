/// The path of Algorithm 2 of Lundberg, Erion et al. 2020 ("From local explanations to global understanding with explainable AI for trees",
/// Nature Machine Intelligence 2, 56-67): the features met on the way to a leaf, with the shares of coalitions of each size.
struct TreePath {
    struct Element {
        var feature: Int
        /// Share of rows that go on when the feature is not known.
        var zero: Double
        /// 1 when the explained row goes on, else 0.
        var one: Double
        var weight: Double
    }

    private(set) var elements: [Element] = []

    /// EXTEND: one more feature.
    mutating func extend(zero: Double, one: Double, feature: Int) {
        let length = elements.count
        elements.append(Element(feature: feature, zero: zero, one: one, weight: length == 0 ? 1 : 0))
        for index in stride(from: length - 1, through: 0, by: -1) {
            elements[index + 1].weight += one * elements[index].weight * Double(index + 1) / Double(length + 1)
            elements[index].weight *= zero * Double(length - index) / Double(length + 1)
        }
    }

    /// UNWIND: takes the effect of a feature back.
    mutating func unwind(_ position: Int) {
        let last = elements.count - 1
        let (zero, one) = (elements[position].zero, elements[position].one)
        var next = elements[last].weight
        for index in stride(from: last - 1, through: 0, by: -1) {
            if one != 0 {
                let kept = elements[index].weight
                elements[index].weight = next * Double(last + 1) / (Double(index + 1) * one)
                next = kept - elements[index].weight * zero * Double(last - index) / Double(last + 1)
            } else {
                elements[index].weight *= Double(last + 1) / (zero * Double(last - index))
            }
        }
        for index in position..<last {
            elements[index].feature = elements[index + 1].feature
            elements[index].zero = elements[index + 1].zero
            elements[index].one = elements[index + 1].one
        }
        elements.removeLast()
    }

    /// The sum of weights that is left when a feature is unwound.
    func unwoundSum(_ position: Int) -> Double {
        let last = elements.count - 1
        let (zero, one) = (elements[position].zero, elements[position].one)
        var next = elements[last].weight
        var total = 0.0
        for index in stride(from: last - 1, through: 0, by: -1) {
            if one != 0 {
                let share = next * Double(last + 1) / (Double(index + 1) * one)
                total += share
                next = elements[index].weight - share * zero * Double(last - index) / Double(last + 1)
            } else if zero != 0 {
                total += elements[index].weight / zero * Double(last + 1) / Double(last - index)
            }
        }
        return total
    }
}
