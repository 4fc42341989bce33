/// An expectation of the demo that a service's answer did not meet.
struct DemoFault: Error, Sendable, CustomStringConvertible {
    let expectation: String
    /// What was there instead.
    let found: String

    var description: String { "expected \(expectation); found \(found)" }
}

/// Fails the demo unless something holds.
func expect(_ holds: Bool, _ expectation: String, found: @autoclosure () -> String) throws {
    guard holds else { throw DemoFault(expectation: expectation, found: found()) }
}
