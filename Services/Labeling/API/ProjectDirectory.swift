import Catalogue
import Contracts
import HTTPService

/// A project with the capability that it serves.
struct Project: Sendable {
    let id: String
    let stored: StoredProject
    let capability: CatalogueCapability

    /// What the manifest says about labeling at present. Throws when it says nothing.
    var rules: LabelingRules { get throws(Problem) { try LabelingRules(capability.manifest) } }

    /// The project as its readers see it.
    func contract() throws -> LabelingProject {
        let rules = try rules
        return LabelingProject(
            id: id, name: id, capability: capability.name, dataset: capability.manifest.data.dataset, team: capability.team,
            input: rules.input.name, shape: rules.shape, maximum: rules.input.maximum, choices: rules.choices, overlap: rules.overlap,
            gold: rules.gold, agreement: rules.agreement, createdAt: stored.createdAt)
    }
}

/// Finds projects, and shows each caller those of the own team.
struct ProjectDirectory: Sendable {
    /// How long a capability that was applied a moment ago is waited for.
    private static let patience = Duration.seconds(2)

    let store: ProjectStore
    let catalogue: Catalogue

    /// A project that the caller may see. Another team's is as unknown as one that is not there.
    func find(_ id: String, for caller: Caller) async throws -> Project {
        guard let stored = try await store.find(id), let capability = catalogue.capability(stored.capability),
            sees(caller, capability)
        else { throw Problem(.projectUnknown, "There is no labeling project \(id).") }
        return Project(id: id, stored: stored, capability: capability)
    }

    /// A project for tasks: a service that brings work for a capability finds its project even where nobody made one yet, and never a
    /// project of another capability under that name.
    func findOrCreate(_ id: String, for caller: Caller) async throws -> Project {
        if caller.kind == .service, try await store.find(id) == nil, let capability = catalogue.capability(id) {
            _ = try LabelingRules(capability.manifest)
            _ = try await store.create(id, capability: id, by: caller.subject)
        }
        let project = try await find(id, for: caller)
        guard caller.kind != .service || project.capability.name == id else {
            throw Problem(.conflict, "Project \(id) belongs to capability \(project.capability.name), not to a capability of its name.")
        }
        return project
    }

    /// Makes the project of a capability that the caller owns.
    func create(_ asked: NewProject, for caller: Caller) async throws -> (project: Project, created: Bool) {
        let id = asked.name ?? asked.capability
        guard Names.isName(asked.capability) else { throw FieldFault("capability", expected: Names.expectation) }
        guard Names.isName(id) else { throw FieldFault("name", expected: Names.expectation) }
        let capability = try await catalogue.capability(asked.capability, within: Self.patience)
        try caller.requireOwnership(of: capability.team)
        // Another name could be that of a capability to come, whose rows would then be shown to the wrong people.
        guard id == asked.capability else { throw FieldFault("name", expected: "the capability's name, \(asked.capability), or nothing") }
        _ = try LabelingRules(capability.manifest)
        let (stored, created) = try await store.create(id, capability: capability.name, by: caller.subject)
        return (Project(id: id, stored: stored, capability: capability), created)
    }

    /// Projects that the caller may see, by name after a cursor.
    func list(for caller: Caller, after id: String, limit: Int) async throws -> [Project] {
        let visible = catalogue.capabilities.filter { sees(caller, $0.value) }
        return try await store.list(of: visible.keys.sorted(), after: id, limit: limit).compactMap { stored in
            visible[stored.capability].map { Project(id: stored.id, stored: stored, capability: $0) }
        }
    }

    /// The capability of a project, whoever owns it. Throws `notReady` while this instance has not heard of it.
    func capability(of project: String) async throws -> CatalogueCapability {
        guard let stored = try await store.find(project), let capability = catalogue.capability(stored.capability) else {
            throw Problem(.notReady, "The capability of project \(project) has not reached this instance yet.", retryAfter: 1)
        }
        return capability
    }

    private func sees(_ caller: Caller, _ capability: CatalogueCapability) -> Bool {
        caller.owns(whatIsOf: capability.team) || caller.kind == .service
    }
}
