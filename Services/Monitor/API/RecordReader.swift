import Contracts
import Foundation
import Tensors

/// Reads records of the prediction path with the fast JSON reader: a segment holds thousands of them.
enum RecordReader {
    /// A line that is no record of its kind.
    struct Fault: Error, Hashable, CustomStringConvertible {
        let description: String
    }

    static func prediction(_ json: [UInt8]) throws(Fault) -> PredictionRecord {
        let members = try Members(json)
        return PredictionRecord(
            requestId: try members.requestID(), time: try members.time("time"), capability: try members.text("capability"),
            version: try members.number("version"), team: try members.text("team"), experiment: try members.optionalText("experiment"),
            variant: try members.optionalText("variant"), shadow: try members.flag("shadow"), unit: try members.optionalText("unit"),
            rows: try members.number("rows"), microseconds: try members.number("microseconds"), inputs: try members.object("inputs"),
            outputs: try members.object("outputs"), context: try members.lists("context"), omitted: try members.numbers("omitted"))
    }

    static func exposure(_ json: [UInt8]) throws(Fault) -> ExposureRecord {
        let members = try Members(json)
        return ExposureRecord(
            requestId: try members.requestID(), time: try members.time("time"), capability: try members.text("capability"),
            experiment: try members.text("experiment"), phase: try members.number("phase"), variant: try members.text("variant"),
            unit: try members.text("unit"), failed: try members.flag("failed"), microseconds: try members.number("microseconds"))
    }

    private struct Members {
        let content: [String: JSONValue]

        init(_ json: [UInt8]) throws(Fault) {
            let value = json.withUnsafeBufferPointer { bytes -> JSONValue? in
                var reader = JSONReader(bytes)
                guard let value = try? reader.value(), (try? reader.finish()) != nil else { return nil }
                return value
            }
            guard case .object(let members)? = value else { throw Fault(description: "expected a JSON object") }
            content = members
        }

        func requestID() throws(Fault) -> RequestID {
            guard let id = RequestID(try text("requestId")) else { throw Fault(description: "requestId: expected 32 hexadecimal digits") }
            return id
        }

        func text(_ name: String) throws(Fault) -> String {
            guard let text = content[name]?.stringValue else { throw Fault(description: "\(name): expected a text") }
            return text
        }

        func optionalText(_ name: String) throws(Fault) -> String? {
            content[name] == nil || content[name] == .null ? nil : try text(name)
        }

        func number(_ name: String) throws(Fault) -> Int {
            guard let number = content[name]?.integerValue, (0...Int64(Int32.max)).contains(number) else {
                throw Fault(description: "\(name): expected a whole number from 0")
            }
            return Int(number)
        }

        func flag(_ name: String) throws(Fault) -> Bool {
            guard let flag = content[name]?.boolValue else { throw Fault(description: "\(name): expected true or false") }
            return flag
        }

        func time(_ name: String) throws(Fault) -> Date {
            guard let time = WireJSON.date(try text(name)) else { throw Fault(description: "\(name): expected an RFC 3339 time") }
            return time
        }

        func object(_ name: String) throws(Fault) -> [String: JSONValue] {
            guard let object = content[name]?.objectValue else { throw Fault(description: "\(name): expected an object") }
            return object
        }

        /// Nil where there is none.
        func numbers(_ name: String) throws(Fault) -> [String: Int]? {
            guard content[name] != nil, content[name] != .null else { return nil }
            let object = try object(name)
            let numbers = object.compactMapValues { $0.integerValue.map(Int.init) }
            guard numbers.count == object.count else { throw Fault(description: "\(name): expected whole numbers") }
            return numbers
        }

        func lists(_ name: String) throws(Fault) -> [String: [JSONValue]] {
            let object = try object(name)
            let lists = object.compactMapValues(\.arrayValue)
            guard lists.count == object.count else { throw Fault(description: "\(name): expected lists") }
            return lists
        }
    }
}
