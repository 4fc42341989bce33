import Foundation
import Logging
import Observability
import Synchronization
import Testing

@Suite("JSON log")
struct JSONLogHandlerTests {
    final class Lines: Sendable {
        private let storage = Mutex<[[UInt8]]>([])
        var objects: [[String: Any]] {
            storage.withLock { $0 }.compactMap { (try? JSONSerialization.jsonObject(with: Data($0))) as? [String: Any] }
        }
        var raw: [[UInt8]] { storage.withLock { $0 } }
        func append(_ line: [UInt8]) { storage.withLock { $0.append(line) } }
    }

    func logger(_ lines: Lines) -> Logger {
        Logger(label: "test") { JSONLogHandler(label: $0, service: "labeling", instance: "1", write: lines.append) }
    }

    @Test("a line is one JSON object with service, instance, trace and facts, whatever the text")
    func oneObject() throws {
        let lines = Lines()
        let trace = TraceContext()

        TraceContext.$current.withValue(trace) {
            logger(lines).log(level: .warning, "task \"x\"\n\u{1}\u{7f}é", facts: [.task: "7", .reason: ["a", ["b": "c"]]])
        }

        let object = try #require(lines.objects.first)
        #expect(lines.raw.count == 1)
        #expect(lines.raw[0].filter { $0 == 10 }.count == 1)
        #expect(object["message"] as? String == "task \"x\"\n\u{1}\u{7f}é")
        #expect(object["level"] as? String == "warning")
        #expect(object["service"] as? String == "labeling")
        #expect(object["instance"] as? String == "1")
        #expect(object["traceId"] as? String == trace.traceID)
        #expect(object["task"] as? String == "7")
        #expect((object["reason"] as? [Any])?.count == 2)
    }

    @Test("facts cannot pose as the line's own members")
    func reserved() throws {
        let lines = Lines()

        logger(lines).info("real", metadata: ["message": "forged", "level": "debug"])

        let object = try #require(lines.objects.first)
        #expect(object["message"] as? String == "real")
        #expect(object["level"] as? String == "info")
    }

    @Test("what is logged changes for loggers that were made before, each level by itself")
    func levels() {
        let lines = Lines()
        let levels = LogLevels(from: .info)
        let logger = Logger(label: "test") {
            JSONLogHandler(label: $0, service: "labeling", instance: "1", levels: levels, write: lines.append)
        }
        func said() -> [String] {
            let before = lines.objects.count
            for level in Logger.Level.allCases { logger.log(level: level, "\(level)") }
            return lines.objects.dropFirst(before).compactMap { $0["level"] as? String }
        }

        #expect(said() == ["info", "notice", "warning", "error", "critical"])
        levels.enabled = Set(Logger.Level.allCases)
        #expect(said() == ["trace", "debug", "info", "notice", "warning", "error", "critical"])
        levels.enabled = [.debug, .error]
        #expect(said() == ["debug", "error"])
        levels.enabled = []
        #expect(said() == [])
    }

    @Test("a logger with a level of its own keeps it")
    func ownLevel() {
        let lines = Lines()
        let levels = LogLevels(from: .critical)
        var logger = Logger(label: "test") {
            JSONLogHandler(label: $0, service: "labeling", instance: "1", levels: levels, write: lines.append)
        }
        logger.logLevel = .debug

        logger.debug("heard")

        #expect(lines.objects.count == 1)
    }
}
