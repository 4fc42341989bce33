/// Nanoseconds of the parts of a request or a run: making tensors of what came, the engine, and writing what it gave.
struct ComputeTimes: Sendable, Hashable {
    var input = 0
    var infer = 0
    var output = 0
}
