/// A way of answering that is measured.
enum HTTPWay: CaseIterable, Hashable {
    case bare
    case fast
    case token
    case hop
    case hummingbird

    var title: String {
        switch self {
        case .bare: "swift-nio, one handler"
        case .fast: "fast route, answered on the event loop"
        case .token: "the same, with a token"
        case .hop: "fast route, answered from another thread"
        case .hummingbird: "route of Hummingbird"
        }
    }

    var server: HTTPServerKind {
        switch self {
        case .bare: .bare
        case .token: .tokens
        default: .open
        }
    }

    var path: String {
        switch self {
        case .hop: "/v2/models/digits/versions/1/infer"
        case .hummingbird: "/v1/router/experiments/digits/stages"
        default: "/v2/models/digits/infer"
        }
    }
}
