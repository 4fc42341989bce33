import Dispatch

/// Keeps what the estimators found until an answer comes or changes.
actor AnswerQualityCache {
    private let answers: ProjectAnswerStore
    private var known: [String: (stamp: String, quality: AnswerQuality)] = [:]

    init(answers: ProjectAnswerStore) {
        self.answers = answers
    }

    /// The quality of a project's answers, estimated anew when they have changed.
    func quality(of project: String) async throws -> AnswerQuality {
        let stamp = try await answers.stamp(of: project)
        if let present = known[project], present.stamp == stamp { return present.quality }
        let quality = await Self.estimate(try await answers.all(of: project))
        known[project] = (stamp, quality)
        return quality
    }

    /// Away from the threads that serve requests: the estimator takes long over many answers.
    private static func estimate(_ answers: [ProjectAnswer]) async -> AnswerQuality {
        await withCheckedContinuation { continuation in
            DispatchQueue.global(qos: .utility).async { continuation.resume(returning: AnswerQuality(answers)) }
        }
    }
}
