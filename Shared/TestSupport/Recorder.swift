import Synchronization

/// A value that several tasks of a test write to.
public final class Recorder<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    public init(_ value: Value) { state = Mutex(value) }

    /// The value now.
    public var value: Value { state.withLock { $0 } }

    /// Changes the value.
    public func change(_ body: @Sendable (inout Value) -> Void) { state.withLock { body(&$0) } }
}
