import Foundation
import Logging

/// Writes each log event as one JSON object on one line, with the trace of the present task.
public struct JSONLogHandler: LogHandler {
    /// The lowest level of the process, unless this logger was given a level of its own.
    public var logLevel: Logger.Level {
        get { ownLevel ?? levels.lowest }
        set { ownLevel = newValue }
    }
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?

    private var ownLevel: Logger.Level?
    private let levels: LogLevels
    private let label: String
    private let service: String
    private let instance: String
    private let write: @Sendable ([UInt8]) -> Void

    /// A handler for one logger. `write` takes a whole line with its newline.
    public init(
        label: String, service: String, instance: String, levels: LogLevels = LogLevels(),
        write: @escaping @Sendable ([UInt8]) -> Void = JSONLogHandler.standardError
    ) {
        self.label = label
        self.service = service
        self.instance = instance
        self.levels = levels
        self.write = write
    }

    public subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        guard ownLevel != nil || levels.contains(event.level) else { return }
        var facts = metadataProvider?.get() ?? [:]
        facts.merge(metadata) { $1 }
        if let more = event.metadata { facts.merge(more) { $1 } }
        if let error = event.error { facts[LogKey.error.rawValue] = "\(String(reflecting: error))" }
        if let trace = TraceContext.current {
            if facts[LogKey.traceID.rawValue] == nil { facts[LogKey.traceID.rawValue] = "\(trace.traceID)" }
            if facts[LogKey.spanID.rawValue] == nil { facts[LogKey.spanID.rawValue] = "\(trace.spanID)" }
        }
        write(line(event, facts))
    }

    private func line(_ event: LogEvent, _ facts: Logger.Metadata) -> [UInt8] {
        var line = JSONLine()
        line.member("time", Date.now.formatted(Self.timeFormat))
        line.member("level", event.level.rawValue)
        line.member("message", event.message.description)
        line.member(LogKey.service.rawValue, service)
        line.member(LogKey.instance.rawValue, instance)
        line.member("logger", label)
        for (key, value) in facts where !Self.reserved.contains(key) { line.member(key, value) }
        return line.finish()
    }

    /// Members that facts may not replace.
    private static let reserved: Set<String> = ["time", "level", "message", "service", "instance", "logger"]
    private static let timeFormat = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    /// Writes a line to standard error in one call, so that lines of several threads never mix.
    public static let standardError: @Sendable ([UInt8]) -> Void = { line in
        FileHandle.standardError.write(Data(line))
    }
}
