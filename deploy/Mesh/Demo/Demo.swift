import Contracts
import Foundation
import MeshClient

/// The demo: the whole loop through the public gateway, each step judged by what the services answer.
struct Demo: Sendable {
    /// Names of the capability, its data set and its labeling project.
    let name: String
    let manifest: JSONValue
    let administrator: DemoCaller
    let digits: DemoDigits
    let story: DemoStory
    /// Called before each chapter, as by tests that scale services meanwhile.
    var interlude: @Sendable (DemoChapter) async throws -> Void = { _ in }

    /// What the chapters hand on to each other.
    struct Progress: Sendable {
        var cast: DemoCast
        /// Newest version of the data set.
        var dataset = 0
        /// Version that failed its tests.
        var red = 0
        var champion = 0
        /// Recipe of the champion: what is trained anew is trained the same way.
        var recipe: String?
        var experiment: String?
        var decision: String?
        var alarm: String?
        /// Answered requests of the A/B stage, for whoever wants to follow one.
        var served: [DemoTraffic.Served] = []
    }

    /// Plays every chapter; throws with the expectation that was not met.
    func play() async throws -> Progress {
        var progress = Progress(cast: try await DemoCast.gather(administrator))
        for chapter in DemoChapter.allCases {
            try await interlude(chapter)
            story.begin(chapter)
            try await play(chapter, &progress)
        }
        return progress
    }

    private func play(_ chapter: DemoChapter, _ progress: inout Progress) async throws {
        switch chapter {
        case .capability: try await declare(&progress)
        case .dataset: try await ingest(&progress)
        case .labeling: try await label(&progress)
        case .commit: try await commit(&progress)
        case .training: try await train(&progress)
        case .tests: try await followTests(&progress)
        case .promotion: try await promote(&progress)
        case .experiment: try await experiment(&progress)
        case .drift: try await drift(&progress)
        }
    }

    func traffic(_ progress: Progress) -> DemoTraffic {
        DemoTraffic(capability: name, caller: progress.cast.product)
    }

    /// One scan of the wild by chance. Many requests with the same scan would be a drift of their own.
    var anyScan: DemoScan { digits.wild[Int.random(in: digits.wild.indices)] }

    /// A number as the story writes it.
    static func text(_ value: Double?, digits: Int = 3) -> String {
        value.map { $0.formatted(.number.precision(.fractionLength(digits)).grouping(.never)) } ?? "unknown"
    }
}
