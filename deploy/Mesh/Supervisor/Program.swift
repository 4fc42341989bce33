import Contracts

/// Something that the supervisor keeps running.
enum Program: Sendable, Hashable {
    case service(ServiceName)
    case gateway(Listener)
    case agent

    /// The programs beside the services; there is one process of each.
    static let singles: [Program] = [.agent, .gateway(.internal), .gateway(.public)]

    var name: String {
        switch self {
        case .service(let service): service.rawValue
        case .gateway(let listener): listener.program
        case .agent: ServiceName.gatewayAgent.rawValue
        }
    }

    var service: ServiceName? {
        if case .service(let service) = self { service } else { nil }
    }

    init?(name: String) {
        let all = Program.singles + ServiceName.serving.map(Program.service)
        guard let program = all.first(where: { $0.name == name }) else { return nil }
        self = program
    }

    /// In what order programs stop: callers before the called, so that nothing is asked of who is gone.
    var stopStage: Int {
        switch self {
        case .gateway(.public), .agent: 0
        case .service(.identity), .service(.monitor): 2
        case .service: 1
        case .gateway(.internal): 3
        }
    }
}

extension Program: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let program = Program(name: name) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no program is called '\(name)'")
        }
        self = program
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
