/// A tree as text.
struct TextTree: Sendable, Hashable {
    var text: String
    var children: [TextTree]

    init(_ text: String, _ children: [TextTree] = []) {
        self.text = text
        self.children = children
    }

    /// One line for each node, with the lines that lead to it.
    var lines: [String] {
        [text]
            + children.enumerated().flatMap { index, child in
                let isLast = index == children.count - 1
                return child.lines.enumerated().map { number, line in
                    (number == 0 ? (isLast ? "└─ " : "├─ ") : (isLast ? "   " : "│  ")) + line
                }
            }
    }
}
