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

    /// A project for tasks: a service that brings work for a capability finds its project even where nobody made one yet.
    func findOrCreate(_ id: String, for caller: Caller) async throws -> Project {
        if caller.kind == .service, try await store.find(id) == nil, let capability = catalogue.capability(id) {
            _ = try LabelingRules(capability.manifest)
            _ = try await store.create(id, capability: id, by: caller.subject)
        }
        return try await find(id, for: caller)
    }

    /// Makes the project of a capability that the caller owns.
    func create(_ asked: NewProject, for caller: Caller) async throws -> (project: Project, created: Bool) {
        let id = asked.name ?? asked.capability
        guard Names.isName(asked.capability) else { throw FieldFault("capability", expected: Names.expectation) }
        guard Names.isName(id) else { throw FieldFault("name", expected: Names.expectation) }
        let capability = try await catalogue.capability(asked.capability, within: Self.patience)
        guard caller.team == capability.team || caller.isAdministrator else {
            throw Problem(
                .forbidden, "This belongs to team \(capability.team), and you act for team \(caller.team): ask \(capability.team) to do it."
            )
        }
        guard id == asked.capability || catalogue.capability(id) == nil else {
            throw FieldFault("name", expected: "a name that no other capability has")
        }
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

    /// The name of a project's capability, whoever owns it; nil when there is no such project.
    func capability(of project: String) async throws -> String? { try await store.find(project)?.capability }

    private func sees(_ caller: Caller, _ capability: CatalogueCapability) -> Bool {
        caller.team == capability.team || caller.isAdministrator || caller.kind == .service
    }
}
