import Contracts
import MeshClient

extension Demo {
    /// Chapter 4: labels become version 2; every settled task is in it.
    func commit(_ progress: inout Progress) async throws {
        let before: LabelingProgress = try await progress.cast.owner.get(Path("v1", "labeling", "projects", name, "progress"))
        let commit = try await commitLabels(&progress)
        try expect(commit.labels == before.uncommitted, "all \(before.uncommitted) settled labels", found: "\(commit.labels)")
        try expect(commit.dataset.version == 2, "version 2", found: "version \(commit.dataset.version)")
    }

    /// Commits what is settled; the new version must hold each of the labels.
    @discardableResult
    func commitLabels(_ progress: inout Progress) async throws -> LabelCommit {
        let owner = progress.cast.owner
        let old = try await version(progress.dataset, owner)
        let commit: LabelCommit = try await owner.post(
            Path("v1", "labeling", "projects", name, "commits"), JSONValue.object([:]))
        let new = try await version(commit.dataset.version, owner)
        let (labeled, was) = (Self.labeled(new), Self.labeled(old))
        try expect(commit.labels > 0 && labeled > was, "more labels than the \(was) of version \(old.number)", found: "\(labeled)")
        try expect(labeled - was <= commit.labels, "at most \(commit.labels) new labels", found: "\(labeled - was)")
        progress.dataset = new.number
        story.tell(
            "version \(new.number): \(commit.labels) labels"
                + (commit.rows > 0 ? ", \(commit.rows) of them with rows from production" : "") + "; " + Self.text(new.splits))
        return commit
    }

    func version(_ number: Int, _ owner: DemoCaller) async throws -> DatasetVersion {
        try await owner.get(Path("v1", "dataset", "datasets", name, "versions", String(number)))
    }

    static func labeled(_ version: DatasetVersion) -> Int { version.splits.values.map(\.labeled).reduce(0, +) }
}
