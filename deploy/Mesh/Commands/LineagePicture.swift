import Contracts
import Foundation

/// All that is known of where a model came from, gathered from the services, and how it is drawn.
struct LineagePicture: Sendable, Codable {
    /// A labeling project of the dataset, and how far it is.
    struct Labels: Sendable, Codable {
        let project: LabelingProject
        let progress: LabelingProgress?
    }

    /// What was asked for, as `digits@champion`.
    let name: String
    let lineage: Lineage
    /// Nil where the trainer does not know the run.
    var run: TrainingRun?
    /// The dataset version that the run was fitted to, and those below it, newest first.
    var datasets: [DatasetVersion] = []
    var labels: [Labels] = []
    /// What could not be read, and why.
    var missing: [String] = []

    var tree: TextTree {
        let version = lineage.version
        let head = "version \(version.version), \(version.bytes) bytes, \(version.model)"
        return TextTree(name, [TextTree(head, [served, tested, trained, data] + missing.map { TextTree("not known: \($0)") })])
    }

    private var served: TextTree {
        TextTree(
            "served as \(lineage.version.aliases.isEmpty ? "nothing now" : lineage.version.aliases.joined(separator: ", "))",
            lineage.moves.map { move in
                let reason = move.reason.map { ": \($0)" } ?? ""
                return TextTree(
                    "\(move.alias) since \(move.movedAt.formatted(.iso8601)), by \(move.movedBy), \(AliasesCommand.how(move))\(reason)")
            })
    }

    private var tested: TextTree {
        let reports = lineage.reports.map { report in
            let verdict = report.passed ? "passed" : "failed"
            return TextTree(
                "report \(report.id) \(verdict) at revision \(report.manifestRevision) on \(report.dataset.name) \(report.dataset.version), "
                    + report.startedAt.formatted(.iso8601))
        }
        return TextTree(reports.isEmpty ? "not tested" : "tested", reports)
    }

    private var trained: TextTree {
        let version = lineage.version
        let parameters = version.parameters.sorted { $0.key < $1.key }.map { name, value in
            "\(name) \(String(decoding: value.canonical, as: UTF8.self))"
        }
        let metrics = version.metrics.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.formatted())" }
        var children = [TextTree(([version.recipe, "seed \(version.seed)"] + parameters).joined(separator: ", "))]
        if !metrics.isEmpty { children.append(TextTree(metrics.joined(separator: ", "))) }
        if let code = run?.code {
            let changes = code.diff.map { " with changes \($0)" } ?? ""
            children.append(TextTree("code \(code.commit ?? code.digest.description)\(changes)"))
        }
        return TextTree(version.run.isEmpty ? "of no run" : "run \(version.run) on revision \(version.manifestRevision)", children)
    }

    private var data: TextTree {
        let dataset = lineage.version.dataset
        guard dataset.version > 0 else { return TextTree("dataset not known") }
        let made = datasets.map { version in
            let rows = version.splits.sorted { $0.key < $1.key }.map { "\($0.value.labeled) of \($0.value.rows) \($0.key)" }
            return TextTree(
                "version \(version.number): \(rows.joined(separator: ", ")) rows labeled; \(version.message), by \(version.createdBy)")
        }
        let projects = labels.map { labels in
            let progress = labels.progress.map { ", \($0.finished) of \($0.tasks) tasks by \($0.labelers.count) labelers" } ?? ""
            return TextTree("labels of project \(labels.project.name) (\(labels.project.id))\(progress)")
        }
        return TextTree("dataset \(dataset.name) \(dataset.version)", made + projects)
    }
}
