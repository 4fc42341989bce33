import Contracts
import Foundation

/// What the demo leaves behind: what a person needs to go on from here.
struct DemoOutcome: Sendable, Hashable, Codable {
    var capability: String
    /// Whether this call played the loop, or found it closed.
    var played: Bool
    var seconds: Double
    var story: [DemoStory.Entry]
    var champion: Int
    var experiment: String?
    var decision: String?
    var alarm: String?
    var gatewayURL: String
    /// A key of an engineer of the team that owns the capability.
    var key: String
    var consoleURL: String
    var labelerURL: String
    /// A command line that gets an answer from the capability.
    var curl: String
}
