/// Why a command cannot do what was asked, in words for the person who asked.
struct CommandFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
