import Foundation

/// How much longer than usual the demo waits, as where tests run it on debug builds or kill what it waits for.
enum DemoPatience {
    @TaskLocal static var stretch = 1
}

/// Asks again and again until there is a value, at most for so long.
///
/// - Parameter ask: gives the value, or what is there instead.
func wait<Value>(
    for expectation: String, upTo limit: Duration = .seconds(20), every pause: Duration = .milliseconds(100),
    _ ask: () async throws -> DemoSight<Value>
) async throws -> Value {
    let limit = limit * DemoPatience.stretch
    let end = ContinuousClock.now + limit
    while true {
        switch try await ask() {
        case .there(let value): return value
        case .notYet(let found):
            guard ContinuousClock.now < end else {
                throw DemoFault(expectation: "\(expectation) within \(limit.components.seconds) s", found: found)
            }
        }
        try await Task.sleep(for: pause)
    }
}

/// What one look at something found.
enum DemoSight<Value> {
    case there(Value)
    case notYet(String)
}
