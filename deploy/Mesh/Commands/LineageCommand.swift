import ArgumentParser
import Contracts
import Foundation
import MeshClient

/// `mesh lineage`
struct LineageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lineage",
        abstract:
            "Draw where a model came from, down to its labels (digits@champion, digits@7), or what came of a run or a dataset version.")

    /// Dataset versions that are drawn below the one that counted.
    private static let depth = 5

    @OptionGroup var target: StateOption
    @Argument(help: "An alias or a version, as digits@champion.")
    var name: AliasReference?
    @Option(help: "The other way: models that this run made.")
    var run: String?
    @Option(help: "The other way: models that were fitted to this dataset, as digits, or to one version of it, as digits:3.")
    var dataset: String?
    @Flag(help: "Print as JSON.")
    var json = false

    func validate() throws {
        guard [name != nil, run != nil, dataset != nil].count(where: \.self) == 1 else {
            throw ValidationError("one of an alias, --run and --dataset is needed")
        }
    }

    func run() async throws {
        let calls = try MeshCalls(layout: target.layout)
        guard let name else { return try await showDescendants(calls) }
        let picture = try await picture(name, calls)
        if json {
            try Console.say(json: picture)
        } else {
            Console.say(picture.tree.lines.joined(separator: "\n"))
        }
    }

    private func picture(_ name: AliasReference, _ calls: MeshCalls) async throws -> LineagePicture {
        let path = Path("v1", "registry", "models", name.capability, "versions", name.reference, "lineage")
        let lineage: Lineage = try await calls.value(ClientRequest("GET", path), from: .modelRegistry)
        var picture = LineagePicture(name: "\(name.capability)@\(name.reference)", lineage: lineage)
        if !lineage.version.run.isEmpty {
            do { picture.run = try await calls.run(lineage.version.run) } catch { picture.missing.append("the run: \(error)") }
        }
        guard lineage.version.dataset.version > 0 else { return picture }
        do {
            picture.datasets = try await datasets(lineage.version.dataset, calls)
        } catch { picture.missing.append("the dataset: \(error)") }
        do {
            picture.labels = try await labels(of: lineage.version.dataset.name, calls)
        } catch { picture.missing.append("the labels: \(error)") }
        return picture
    }

    /// A dataset version and those that it was made from, newest first.
    private func datasets(_ reference: DatasetReference, _ calls: MeshCalls) async throws -> [DatasetVersion] {
        var (versions, next) = ([DatasetVersion](), Int?.some(reference.version))
        while let number = next, versions.count < Self.depth {
            let path = Path("v1", "dataset", "datasets", reference.name, "versions", String(number))
            let version: DatasetVersion = try await calls.value(ClientRequest("GET", path), from: .dataset)
            versions.append(version)
            next = version.parent
        }
        return versions
    }

    private func labels(of dataset: String, _ calls: MeshCalls) async throws -> [LineagePicture.Labels] {
        let page: Page<LabelingProject> = try await calls.value(
            ClientRequest("GET", Path("v1", "labeling", "projects"), query: [("limit", "200")]), from: .labeling)
        var labels: [LineagePicture.Labels] = []
        for project in page.items where project.dataset == dataset {
            let path = Path("v1", "labeling", "projects", project.id, "progress")
            let progress: LabelingProgress = try await calls.value(ClientRequest("GET", path), from: .labeling)
            labels.append(LineagePicture.Labels(project: project, progress: progress))
        }
        return labels
    }

    private func showDescendants(_ calls: MeshCalls) async throws {
        var query = [("limit", "200")]
        if let run { query.append(("run", run)) }
        if let dataset {
            let parts = dataset.split(separator: ":", maxSplits: 1).map(String.init)
            query.append(("dataset", parts.first ?? ""))
            if parts.count > 1 { query.append(("datasetVersion", parts[1])) }
        }
        let page: Page<ModelVersion> = try await calls.value(
            ClientRequest("GET", Path("v1", "registry", "lineage"), query: query), from: .modelRegistry)
        if json {
            try Console.say(json: page.items)
        } else {
            Console.say(Self.tree(of: run.map { "run \($0)" } ?? "dataset \(dataset ?? "")", page.items).lines.joined(separator: "\n"))
        }
    }

    /// What came of something, as a tree.
    static func tree(of origin: String, _ versions: [ModelVersion]) -> TextTree {
        if versions.isEmpty { return TextTree(origin, [TextTree("no model came of it")]) }
        return TextTree(
            origin,
            versions.map { version in
                let aliases = version.aliases.isEmpty ? "" : ", " + version.aliases.map { "@\($0)" }.joined(separator: " ")
                let data = version.dataset.version > 0 ? " from \(version.dataset.name) \(version.dataset.version)" : ""
                return TextTree("\(version.capability) version \(version.version)\(data) by run \(version.run)\(aliases)")
            })
    }
}
