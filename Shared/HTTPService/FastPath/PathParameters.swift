/// Where the parameters of a path lie in its request's head, in the order of the pattern; no more than four.
struct PathParameters: Sendable {
    static let most = 4

    private(set) var count = 0
    private var spans = (
        RequestHead.Span(start: 0, count: 0), RequestHead.Span(start: 0, count: 0), RequestHead.Span(start: 0, count: 0),
        RequestHead.Span(start: 0, count: 0)
    )

    subscript(index: Int) -> RequestHead.Span {
        switch index {
        case 0: spans.0
        case 1: spans.1
        case 2: spans.2
        default: spans.3
        }
    }

    mutating func append(_ span: RequestHead.Span) {
        switch count {
        case 0: spans.0 = span
        case 1: spans.1 = span
        case 2: spans.2 = span
        default: spans.3 = span
        }
        count += 1
    }
}
