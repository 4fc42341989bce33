/// What a token lets its bearer do; each route asks for one.
public enum Scope: String, Sendable, Codable, CaseIterable, Hashable {
    /// Read the catalogue, data, runs, experiments, boards.
    case read
    /// Call capabilities and send feedback.
    case infer
    /// Take labeling tasks and answer them.
    case label
    /// Own a capability: apply manifests, write data, train, register, experiment, make keys for the own team.
    case build
    /// Operate the mesh: load and unload, silence alarms.
    case operate
    /// Teams, people, roles, all keys, audit.
    case administer
    /// Held by services only.
    case service
}

/// A role of a person or of a key within its team.
public enum Role: String, Sendable, Codable, CaseIterable, Hashable {
    case viewer
    case labeler
    case engineer
    case `operator`
    case administrator

    /// What the role allows.
    public var scopes: Set<Scope> {
        switch self {
        case .viewer: [.read, .infer]
        case .labeler: [.label]
        case .engineer: [.read, .infer, .label, .build]
        case .operator: [.read, .operate]
        case .administrator: [.read, .infer, .label, .build, .operate, .administer]
        }
    }
}
