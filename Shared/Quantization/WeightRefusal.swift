/// Why a node's weight is not quantised.
struct WeightRefusal: Error {
    let reason: String
}
