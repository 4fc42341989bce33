import Foundation
import Synchronization

/// What the demo tells while it plays: chapters and lines, each with the seconds since it began.
final class DemoStory: Sendable {
    struct Entry: Sendable, Hashable, Codable {
        var seconds: Double
        var chapter: Int
        var text: String
    }

    private let start = ContinuousClock.now
    private let state = Mutex((chapter: 0, entries: [Entry]()))
    private let write: @Sendable (String) -> Void

    /// - Parameter write: takes each line as it is told.
    init(write: @escaping @Sendable (String) -> Void) {
        self.write = write
    }

    var entries: [Entry] { state.withLock { $0.entries } }

    /// Seconds since the story began.
    var seconds: Double { Double((ContinuousClock.now - start) / .seconds(1)) }

    func begin(_ chapter: DemoChapter) {
        state.withLock { $0.chapter = chapter.rawValue }
        add(chapter.title, indented: false)
    }

    func tell(_ text: String) { add(text, indented: true) }

    private func add(_ text: String, indented: Bool) {
        let now = seconds
        let chapter = state.withLock { state in
            state.entries.append(Entry(seconds: (now * 100).rounded() / 100, chapter: state.chapter, text: text))
            return state.chapter
        }
        let clock = now.formatted(.number.precision(.fractionLength(1)).grouping(.never))
        let column = String(repeating: " ", count: max(0, 6 - clock.count)) + clock
        write("\(column) s  " + (indented ? "   " + text : "\(chapter). " + text))
    }
}
