import Contracts
import Foundation
import MeshClient

extension Demo {
    /// Rows that the owner knows the answer of, by which labelers are measured.
    static let goldRows = 24
    /// Order forms that are labeled first. They hold hardly any 8, which nobody knows yet.
    static let firstRows = 100

    var projectPath: [String] { ["v1", "labeling", "projects", name] }

    /// Chapter 3: a project, gold, the first requests, and three people at work.
    func label(_ progress: inout Progress) async throws {
        let owner = progress.cast.owner
        let project: LabelingProject = try await owner.post(Path("v1", "labeling", "projects"), NewProject(capability: name))
        story.tell("project \(project.name): \(project.choices.count) choices, \(project.overlap) people a task")
        try await addGold(owner)
        let version: DatasetVersion = try await owner.get(Path("v1", "dataset", "datasets", name, "versions", "1"))
        let test = version.splits["test"]?.rows ?? 0
        try await ask(owner, LabelRequest(count: test, method: .random, split: "test", reason: "a test split to judge by"))
        try await ask(owner, LabelRequest(count: Self.firstRows, method: .slice, slice: "orders", reason: "order forms first"))
        let after = try await answerTasks(progress.cast)
        try expect(after.tasks == test + Self.firstRows, "\(test + Self.firstRows) tasks", found: "\(after.tasks)")
        try judge(after, progress.cast)
    }

    /// Tasks whose answer is known. They look like all others to a labeler.
    private func addGold(_ owner: DemoCaller) async throws {
        let rows = digits.collected.filter { $0.form == "archive" }.prefix(Self.goldRows)
        let tasks = rows.map {
            NewTask(rowId: $0.rowID, input: $0.input, context: $0.context, gold: .integer(Int64($0.digit)))
        }
        let _: JSONValue = try await owner.post(
            Path("v1", "labeling", "projects", name, "tasks"), NewTasks(reason: "gold", tasks: Array(tasks)))
        story.tell("\(tasks.count) gold tasks, mixed in unseen")
    }

    /// Asks labeling to choose rows; gives how many new tasks that made.
    @discardableResult
    func ask(_ owner: DemoCaller, _ request: LabelRequest) async throws -> Int {
        let answer: JSONValue = try await owner.post(Path("v1", "labeling", "projects", name, "requests"), request)
        guard let created = answer["created"]?.integerValue else {
            throw DemoFault(expectation: "a label request to answer with how many tasks it made", found: "\(answer)")
        }
        let chosen = [request.method.rawValue, request.slice, request.split].compactMap(\.self).joined(separator: " ")
        story.tell("\(created) tasks asked for (\(chosen)): \(request.reason)")
        return Int(created)
    }

    /// Lets the labelers work until nothing is left for any of them; gives where the project stands then.
    func answerTasks(_ cast: DemoCast) async throws -> LabelingProgress {
        let start = ContinuousClock.now
        var total = 0
        while true {
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for labeler in cast.labelers { group.addTask { try await labeler.work(on: name, seeing: digits) } }
                return try await group.reduce(0, +)
            }
            total += answers
            if answers == 0 { break }
        }
        let progress: LabelingProgress = try await cast.owner.get(Path("v1", "labeling", "projects", name, "progress"))
        try expect(total > 0, "labelers to find tasks", found: "none")
        // Three people can give three answers: such a task waits for a fourth person.
        try expect(
            progress.leased == 0 && Double(progress.open) <= 0.02 * Double(progress.tasks), "nearly all tasks settled",
            found: "\(progress.open) open and \(progress.leased) leased of \(progress.tasks)")
        let seconds = Double((ContinuousClock.now - start) / .seconds(1))
        story.tell("\(total) answers in \(Self.text(seconds, digits: 1)) s; \(progress.finished) of \(progress.tasks) tasks are settled")
        return progress
    }

    /// The estimators must find what is known of the simulated people.
    private func judge(_ progress: LabelingProgress, _ cast: DemoCast) throws {
        guard let alpha = progress.alpha else { throw DemoFault(expectation: "an agreement", found: "none") }
        try expect(alpha > 0.8, "Krippendorff's alpha above 0.8 with labelers this good", found: Self.text(alpha))
        story.tell("Krippendorff's alpha \(Self.text(alpha))")
        for labeler in cast.labelers {
            guard let score = progress.labelers.first(where: { $0.labeler == labeler.subject }), let accuracy = score.estimatedAccuracy
            else {
                throw DemoFault(expectation: "an estimated accuracy of \(labeler.name)", found: "\(progress.labelers.map(\.labeler))")
            }
            let truth = 1 - labeler.errorRate
            // Five standard errors of a share over so many answers, and 0.02 for the consensus being no truth.
            let slack = 5 * (truth * labeler.errorRate / Double(max(score.answers, 1))).squareRoot() + 0.02
            try expect(
                abs(accuracy - truth) < slack, "\(labeler.name)'s accuracy near \(Self.text(truth, digits: 2))", found: Self.text(accuracy))
            try expect(score.goldAnswers > 0, "\(labeler.name) to have met gold", found: "none")
            story.tell(
                "\(labeler.name): \(score.answers) answers, \(score.goldCorrect) of \(score.goldAnswers) gold, estimated accuracy "
                    + "\(Self.text(accuracy)) (really \(Self.text(truth, digits: 2)))")
        }
    }
}
