import Contracts
import Foundation
import Testing

@Suite("Envelope, ids and times on the wire")
struct WireTests {
    private struct Identifiers: Decodable {
        let valid: [String]
        let invalid: [String]
    }

    private struct Times: Decodable {
        struct Time: Decodable {
            let text: String
            let milliseconds: Int
            let written: String
        }

        let valid: [Time]
        let invalid: [String]
    }

    @Test("an event is written as frozen, with and without subject and trace")
    func events() throws {
        let texts = try Vectors.read([String: String].self, "events.json")

        for text in texts.values {
            let event = try WireJSON.decode(EventEnvelope.self, from: Data(text.utf8))
            #expect(String(decoding: try WireJSON.encode(event), as: UTF8.self) == text)
        }
        let full = try WireJSON.decode(EventEnvelope.self, from: Data(try #require(texts["full"]).utf8))
        #expect(full.subject == "digits/3")
        #expect(full.data["labels"] == 60)
    }

    @Test("a new event is of CloudEvents 1.0 with an id in lower case")
    func newEvent() {
        let event = EventEnvelope(source: ServiceName.labeling.eventSource, type: EventType.labelsCommitted, data: [:])

        #expect(event.specversion == "1.0")
        #expect(event.source == "/services/labeling")
        #expect(UUID(uuidString: event.id) != nil)
        #expect(event.id == event.id.lowercased())
    }

    @Test("a request id is 32 lower-case hexadecimal digits and nothing else")
    func requestIDs() throws {
        let file = try Vectors.read(Identifiers.self, "request-ids.json")

        for text in file.valid { #expect(RequestID(text)?.description == text) }
        for text in file.invalid {
            #expect(RequestID(text) == nil)
            #expect(throws: DecodingError.self) { try WireJSON.read(RequestID.self, from: .string(text)) }
        }
        let made = RequestID()
        #expect(RequestID(made.description) == made)
        #expect(made != RequestID())
    }

    @Test("times are read with any offset and fraction, and written in UTC with milliseconds")
    func times() throws {
        for time in try Vectors.read(Times.self, "times.json").valid {
            let date = try #require(WireJSON.date(time.text))
            #expect(Int((date.timeIntervalSince1970 * 1_000).rounded()) == time.milliseconds)
            #expect(WireJSON.text(date) == time.written)
        }
    }

    @Test("a time that is read and written again and again stays as it is, for every millisecond of a second")
    func stableTimes() throws {
        for milliseconds in 0..<1_000 {
            let text = "2026-11-25T01:40:07." + String(String(1_000 + milliseconds).dropFirst()) + "Z"
            #expect(WireJSON.text(try #require(WireJSON.date(text))) == text)
        }
    }

    @Test("what is no RFC 3339 time is refused")
    func badTimes() throws {
        for text in try Vectors.read(Times.self, "times.json").invalid {
            #expect(WireJSON.date(text) == nil, "\(text)")
            #expect(throws: DecodingError.self) { try WireJSON.read(Team.self, from: ["name": "documents", "createdAt": .string(text)]) }
        }
    }

    @Test("an unknown value of an enumeration is refused, never replaced by a default")
    func unknownValues() {
        #expect(throws: DecodingError.self) { try WireJSON.read(RolesChange.self, from: ["roles": ["emperor"]]) }
        #expect(throws: DecodingError.self) { try WireJSON.read(Selection.self, from: ["method": "guess"]) }
        #expect(throws: DecodingError.self) { try WireJSON.read(DecisionRequest.self, from: ["action": "wait"]) }
    }

    @Test("an answer with members that are not known yet is read")
    func unknownMembers() throws {
        let reference = try WireJSON.read(DatasetReference.self, from: ["name": "digits", "version": 3, "colour": "red"])

        #expect(reference == DatasetReference(name: "digits", version: 3))
    }

    @Test(
        "a digest has its prefix and 64 lower-case digits",
        arguments: [
            "", "sha256:", "sha256:" + String(repeating: "A", count: 64), String(repeating: "a", count: 64),
            "sha256:" + String(repeating: "a", count: 63),
        ])
    func badDigests(text: String) {
        #expect(Digest(text) == nil)
        #expect(throws: DecodingError.self) { try WireJSON.read(Digest.self, from: .string(text)) }
    }

    @Test("members are sorted, absent ones are left out, slashes stay")
    func encoding() throws {
        let project = NewProject(capability: "a/b")

        #expect(String(decoding: try WireJSON.encode(project), as: UTF8.self) == #"{"capability":"a/b"}"#)
    }
}
