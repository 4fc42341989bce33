import NIOCore
import NIOEmbedded
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPService

/// Our parser beside that of swift-nio (llhttp), on requests that were damaged by chance: whatever ours takes, the other must understand in
/// the same way. That ours refuses more is its purpose.
@Suite("Fuzz: the request parser beside NIO's")
struct FuzzRequestParserTests {
    /// Requests as clients, gateways and attackers write them.
    static let seeds = [
        "POST /v2/models/digits/infer HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nAuthorization: Bearer x.y.z\r\n\r\nhelloGET / HTTP/1.1\r\n\r\n",
        "PUT /a/b?c=d&e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1f;x=y\r\n0123456789abcdef0123456789abcde\r\n"
            + "0\r\nX-Trailer: t\r\n\r\nGET /next HTTP/1.1\r\nHost: b\r\n\r\n",
        "GET /metrics HTTP/1.0\r\nAccept: */*\r\n\r\n", "HEAD / HTTP/1.1\r\nConnection: close, x\r\nX-Empty:\r\nX-Tab:\ta\tb \r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "DELETE /x HTTP/1.1\r\nExpect: 100-continue\r\n\r\n",
        "\r\nOPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    ].map { Array($0.utf8) }

    /// Bytes that matter to how a request is read.
    private static let telling: [UInt8] = Array("\r\n\t :;,=0189afF-+/?#%HTP.\u{0}\u{7F}".utf8) + [0x80, 0xFF, 0x0B, 0x0C, 0x85, 0xA0]

    @Test("what ours takes, NIO's reads alike, whatever was damaged")
    func damaged() throws {
        var (tried, taken) = (0, 0)
        let failure = try FuzzCampaign("requests", cases: 20_000).run { seed, input in
            var random = SplitMix(state: seed)
            let bytes = Self.damage(Self.seeds[random.below(Self.seeds.count)], &random)
            input(bytes)
            let (ours, theirs) = (Self.ours(bytes), Self.theirs(bytes))
            tried += 1
            if !ours.isEmpty { taken += 1 }
            return Self.agree(ours, theirs) ? nil : "ours \(ours), NIO's \(theirs)"
        }
        #expect(failure == nil, "\(failure?.description ?? "")")
        #expect(taken > tried / 10)
    }

    /// Ours may have stopped in the middle of a body that the other read on.
    private static func agree(_ ours: [String], _ theirs: [String]) -> Bool {
        guard let last = ours.last, ours.count <= theirs.count else { return ours.isEmpty }
        guard theirs.starts(with: ours.dropLast()) else { return false }
        let other = theirs[ours.count - 1]
        return last == other || (last.hasPrefix("body ") && other.hasPrefix(last))
    }

    @Test("undamaged, both read all of it")
    func undamaged() {
        for seed in [0, 1, 2, 3, 6, 7] {
            let ours = Self.ours(Self.seeds[seed])
            #expect(ours == Self.theirs(Self.seeds[seed]) && ours.last == "end")
        }
    }

    /// A few bytes changed, dropped, doubled, or moved from one place to another.
    private static func damage(_ seed: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var bytes = seed
        for _ in 0...random.below(3) {
            let place = random.below(bytes.count)
            switch random.below(5) {
            case 0: bytes[place] = telling[random.below(telling.count)]
            case 1: bytes.insert(telling[random.below(telling.count)], at: place)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + random.below(24))], at: random.below(bytes.count))
            default: bytes[place] = UInt8(random.below(256))
            }
            if bytes.isEmpty { return seed }
        }
        return bytes
    }

    /// The parts that our parser gives, each as a text; bodies joined.
    private static func ours(_ bytes: [UInt8]) -> [String] {
        var parser = RequestParser()
        var input = ByteBuffer(bytes: bytes)
        var parts = Parts()
        while let part = try? parser.next(&input) {
            switch part {
            case .head(let head):
                let fields = head.fields.map { (latin(head, $0.name), latin(head, $0.value)) }
                parts.head(latin(head, head.method), latin(head, head.target), head.isVersion10 ? "1.0" : "1.1", fields)
            case .body(let piece): parts.body(piece)
            case .end: parts.end()
            }
        }
        return parts.texts
    }

    /// The parts that NIO's decoder gives.
    private static func theirs(_ bytes: [UInt8]) -> [String] {
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
        var parts = Parts()
        _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
        while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head(let head):
                parts.head(
                    head.method.rawValue, head.uri, "\(head.version.major).\(head.version.minor)",
                    head.headers.map { ($0.0, trimmed($0.1)) })
            case .body(let piece): parts.body(piece)
            case .end: parts.end()
            }
        }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return parts.texts
    }

    /// NIO leaves blanks at the end of a value in it, which are none of its (RFC 9110 section 5.5).
    private static func trimmed(_ value: String) -> String {
        String(value.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    private static func latin(_ head: RequestHead, _ span: RequestHead.Span) -> String { head.text(span) }

    /// Parts as texts.
    private struct Parts {
        var texts: [String] = []
        private var isOpen = false

        mutating func head(_ method: String, _ target: String, _ version: String, _ fields: [(String, String)]) {
            texts.append("\(method) \(target) \(version) \(fields.map { "\($0.0)=\($0.1)" })")
            isOpen = false
        }

        mutating func body(_ piece: ByteBuffer) {
            let text = piece.readableBytesView.map { String($0, radix: 16) }.joined(separator: " ")
            if isOpen { texts[texts.count - 1] += " " + text } else { texts.append("body " + text) }
            isOpen = true
        }

        mutating func end() {
            texts.append("end")
            isOpen = false
        }
    }

    /// SplitMix64 (Steele, Lea, Flood 2014): the same damage in every run.
    private struct SplitMix {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((value ^ (value >> 31)) % UInt64(max(1, bound)))
        }
    }
}
