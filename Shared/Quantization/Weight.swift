/// A weight that a node multiplies by.
struct Weight {
    let name: String
    let shape: [Int]
    /// The dimension of its output channels.
    let axis: Int
    let elements: [Float]
    /// Whether the elements are those of the constant with rows and columns exchanged.
    var isTransposed = false
}
