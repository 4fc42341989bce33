extension [Double] {
    /// Replaces negative numbers by 0.
    mutating func rectify() {
        withUnsafeMutableBufferPointer { elements in
            for index in elements.indices where elements[index] < 0 { elements[index] = 0 }
        }
    }

    /// Replaces by 0 where the other array has no positive number.
    mutating func clear(whereNotPositive other: [Double]) {
        withUnsafeMutableBufferPointer { elements in
            other.withUnsafeBufferPointer { other in
                for index in elements.indices where !(other[index] > 0) { elements[index] = 0 }
            }
        }
    }
}
