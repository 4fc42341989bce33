/// How a message names an input: by its name, or by its place where the name is not known yet.
struct InputLabel: CustomStringConvertible {
    let index: Int
    var name: String?

    var description: String { name ?? "number \(index)" }
}
