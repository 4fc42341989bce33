import Compression
import Contracts
import Foundation
import ServiceTestSupport
import TestSupport
import Testing

/// What is sent to break the server, over real sockets to the real executable: it answers with the right 4xx, or ends the connection, and
/// serves on without having grown.
@Suite("Hostile input", .serialized)
struct HostileInputTests {
    static let path = "/v2/models/echo/infer"
    static let models = [
        EchoModel(name: "echo", inputs: [.init(name: "x", datatype: "FP32", shape: [-1, 2])]),
        EchoModel(name: "words", inputs: [.init(name: "w", datatype: "BYTES", shape: [-1])]),
    ]
    static let good = #"{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}"#
    /// Most that the server may have grown at the end, and for a moment: a body of the largest size and its inflated form are part of it.
    static let growth = 64 << 20
    static let peak = 320 << 20

    /// The server answers a sound request as if nothing had been.
    private func requireAlive(_ server: StandAloneServer, after what: String) async throws {
        let answer = try await server.probe.send("POST", Self.path, json: Self.good)
        #expect(answer.status == 200, "after \(what): \(answer.text)")
    }

    private static func nested(_ open: String, _ close: String, _ depth: Int) -> String {
        String(repeating: open, count: depth) + String(repeating: close, count: depth)
    }

    private static func input(shape: String, data: String = "[1,2]", more: String = "") -> String {
        #"{"inputs":[{"name":"x","datatype":"FP32","shape":\#(shape),"data":\#(data)\#(more)}]}"#
    }

    /// Bodies of JSON that are no request.
    static let bodies: [(name: String, body: String)] = [
        ("arrays in arrays", nested("[", "]", 200_000)), ("arrays that do not end", String(repeating: "[", count: 1_000_000)),
        ("objects in objects", String(repeating: #"{"a":"#, count: 200_000)),
        ("deep data", input(shape: "[1,2]", data: nested("[", "]", 100_000))),
        ("deep parameters", #"{"parameters":\#(nested(#"{"a":"#, "}", 100_000)),"inputs":[]}"#),
        ("a deep unknown member", #"{"more":\#(nested("[", "]", 100_000)),"inputs":[]}"#),
        ("a product beyond 64 bits", input(shape: "[4294967296,4294967296]")),
        ("a product that comes round to 2", input(shape: "[9223372036854775807,2]")),
        ("a dimension beyond 64 bits", input(shape: "[18446744073709551618,1]")), ("a fraction of a dimension", input(shape: "[1.5,2]")),
        ("a large exponent", input(shape: "[1e18,1e18]")), ("no dimension at all", input(shape: "[]")),
        ("very many dimensions", input(shape: "[\(Array(repeating: "1", count: 100_000).joined(separator: ","))]")),
        ("zero rows of very many", input(shape: "[0,9223372036854775807]", data: "[]")),
        ("a very long number", input(shape: "[1,2]", data: "[\(String(repeating: "1", count: 1_000_000)),2]")),
        ("a very long exponent", input(shape: "[1,2]", data: "[1e\(String(repeating: "9", count: 100_000)),2]")),
        ("a very long name", #"{"inputs":[{"name":"\#(String(repeating: "n", count: 1_000_000))","datatype":"FP32"}]}"#),
        ("very many members", "{" + (0..<200_000).map { #""m\#($0)":0"# }.joined(separator: ",") + "}"),
        (
            "very many inputs",
            #"{"inputs":[\#((0..<50_000).map { #"{"name":"n\#($0)","datatype":"FP32","shape":[0],"data":[]}"# }.joined(separator: ","))]}"#
        ),
        ("very many outputs", #"{"outputs":[\#((0..<50_000).map { #"{"name":"n\#($0)"}"# }.joined(separator: ","))],"inputs":[]}"#),
        ("half a surrogate", #"{"inputs":[{"name":"\ud800","datatype":"FP32","shape":[1,2],"data":[1,2]}]}"#),
        ("a zero byte", "{\u{0}}"), ("nothing but blanks", String(repeating: " ", count: 1_000_000)),
    ]

    @Test("bombs of depth, of shapes and of sizes are 400, and each leaves the server as it was")
    func bombs() async throws {
        try await StandAloneServer.running(Self.models) { server in
            for round in 0..<3 {
                let before = try server.memory.present
                for (name, body) in Self.bodies {
                    let answer = try await server.probe.send("POST", Self.path, json: body)
                    #expect(answer.status == 400, "\(name): \(answer.status) \(answer.text.prefix(300))")
                    #expect(answer[header: "content-type"] == "application/json", "\(name)")
                    #expect(answer.body.count < 4_096, "\(name): the error is no echo of the body")
                    try await requireAlive(server, after: name)
                }
                // The first round fills buffers and pools.
                if round > 0 { #expect(try server.memory.present - before < Self.growth, "grown in round \(round)") }
            }
            #expect(try server.memory.peak < Self.peak)
        }
    }

    @Test("lengths that lie inside the body are 400")
    func lengths() async throws {
        try await StandAloneServer.running(Self.models) { server in
            func send(_ path: String, _ header: String, _ blocks: [UInt8]) async throws -> ProbeAnswer {
                try await server.probe.send(
                    "POST", path, headers: ["Inference-Header-Content-Length": String(header.utf8.count)], body: Array(header.utf8) + blocks
                )
            }
            for size in ["9223372036854775807", "-8", "18446744073709551615", "1e30", "8.5", "\"8\"", "4294967304"] {
                let header = #"{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"parameters":{"binary_data_size":\#(size)}}]}"#
                let answer = try await send(Self.path, header, [UInt8](repeating: 0, count: 8))
                #expect(answer.status == 400, "binary_data_size \(size): \(answer.status) \(answer.text)")
            }
            // The length of a text: beyond the block, beyond 31 bits, cut off, and leaving bytes.
            let texts: [[UInt8]] = [[9, 0, 0, 0, 65], [255, 255, 255, 255, 65], [1, 0, 0], [1, 0, 0, 0, 65, 66], []]
            for bytes in texts {
                let header = #"{"inputs":[{"name":"w","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":\#(bytes.count)}}]}"#
                let answer = try await send("/v2/models/words/infer", header, bytes)
                #expect(answer.status == 400, "\(bytes): \(answer.status) \(answer.text)")
                #expect(answer.text.contains("w"))
            }
            try await requireAlive(server, after: "lengths")
        }
    }

    /// Heads and bodies that say of themselves what is not so; the status, or nil where the connection just has to end.
    static let framings: [(name: String, bytes: String, status: Int)] = [
        ("a length below 0", head("Content-Length: -1") + good, 400), ("a length with a sign", head("Content-Length: +5") + good, 400),
        ("a length that is no number", head("Content-Length: ten") + good, 400),
        ("two lengths", head("Content-Length: 5\r\nContent-Length: 6") + good, 400),
        ("a length beyond 64 bits", head("Content-Length: 99999999999999999999999") + good, 400),
        ("a length beyond the limit", head("Content-Length: 99999999999") + good, 413),
        ("length and chunks", head("Content-Length: 5\r\nTransfer-Encoding: chunked") + "0\r\n\r\n", 400),
        ("an unknown transfer encoding", head("Transfer-Encoding: rot13") + good, 400),
        ("a chunk's size that is no number", head("Transfer-Encoding: chunked") + "zz\r\n\r\n", 400),
        ("a chunk's size beyond 64 bits", head("Transfer-Encoding: chunked") + "fffffffffffffffff\r\n", 400),
        ("no colon", "POST \(path) HTTP/1.1\r\nHost mesh\r\n\r\n", 400), ("no HTTP", "\u{16}\u{3}\u{1}\u{2}\u{0}hello\r\n\r\n", 400),
        ("a blank in a header's name", "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nhello", 400),
        ("very long headers", head("X-Long: " + String(repeating: "a", count: 1 << 20)), 400),
    ]

    private static func head(_ fields: String) -> String {
        "POST \(path) HTTP/1.1\r\nHost: mesh\r\n\(fields)\r\n\r\n"
    }

    @Test("a body that is not framed as it says is refused, and the connection ends", arguments: framings)
    func framing(_ name: String, _ bytes: String, _ status: Int) async throws {
        try await StandAloneServer.running(Self.models) { server in
            let connection = try ProbeConnection(port: server.port)
            await connection.write(bytes)
            let answer = try await connection.answer()
            #expect(answer.status == status, "\(name): \(answer.status) \(answer.text)")
            #expect(await connection.isClosedByServer(), "\(name): the rest cannot be told from the next request")
            try await requireAlive(server, after: name)
        }
    }

    @Test("bytes beyond the announced length are no part of the request, and no second one")
    func smuggling() async throws {
        try await StandAloneServer.running(Self.models) { server in
            let connection = try ProbeConnection(port: server.port)
            let half = Array(Self.good.utf8.prefix(10))
            await connection.write(Array(Self.head("Content-Length: 10").utf8) + Array(Self.good.utf8))

            #expect(half.count == 10)
            let first = try await connection.answer()
            #expect(first.status == 400, "ten bytes are no JSON: \(first.text)")
            let second = try await connection.answer()
            #expect(second.status == 400, "and the others are no request: \(second.text)")
            #expect(await connection.isClosedByServer())
            try await requireAlive(server, after: "bytes beyond the length")
        }
    }

    @Test("bodies that inflate without end, or are not what they say, are 413 or 400, within bounded memory")
    func inflation() async throws {
        // 256 MiB of zeroes are a quarter of a megabyte; the route takes 64 MiB.
        let zeroes = [UInt8](repeating: 0, count: 256 << 20)
        let bombs = [ContentCoding.gzip, .deflate].map { ($0 == .gzip ? "gzip" : "deflate", Compression.encode(zeroes, $0)) }
        let sound = Compression.encode(Array(Self.good.utf8), .gzip)
        try await StandAloneServer.running(Self.models) { server in
            func send(_ encoding: String, _ body: [UInt8]) async throws -> ProbeAnswer {
                try await server.probe.send("POST", Self.path, headers: ["Content-Encoding": encoding], body: body)
            }
            for _ in 0..<4 {
                for (encoding, bomb) in bombs {
                    let answer = try await send(encoding, bomb)
                    #expect(answer.status == 413, "\(encoding): \(answer.status) \(answer.text)")
                }
            }
            #expect(try server.memory.peak < Self.peak, "an inflated body is cut off at the limit")
            let broken: [(String, String, [UInt8])] = [
                ("cut off", "gzip", Array(sound.dropLast(6))), ("nothing", "gzip", []), ("no gzip", "gzip", Array(Self.good.utf8)),
                ("gzip as deflate", "deflate", sound), ("something behind it", "gzip", sound + Array("more".utf8)),
                ("a wrong checksum", "gzip", Array(sound.dropLast(8)) + [UInt8](repeating: 1, count: 8)),
            ]
            for (name, encoding, body) in broken {
                let answer = try await send(encoding, body)
                #expect(answer.status == 400, "\(name): \(answer.status) \(answer.text)")
            }
            for encoding in ["br", "gzip, gzip", "zstd", "gzip;q=1"] {
                let answer = try await send(encoding, sound)
                #expect(answer.status == 415, "\(encoding): \(answer.status) \(answer.text)")
            }
            #expect(try await send("gzip", sound).status == 200)
            try await requireAlive(server, after: "inflation")
        }
    }

    @Test("a body that does not come is given up at the deadline, and holds nobody else up")
    func slow() async throws {
        try await StandAloneServer.running(Self.models, environment: ["REQUEST_TIMEOUT_MS": "1000"]) { server in
            var waiting: [ProbeConnection] = []
            for _ in 0..<32 {
                let connection = try ProbeConnection(port: server.port, timeout: .seconds(40))
                await connection.write(Self.head("Content-Length: 1000") + Self.good)
                waiting.append(connection)
            }
            try await requireAlive(server, after: "slow bodies began")
            for connection in waiting {
                let answer = try await connection.answer()
                #expect(answer.status == 408 || answer.status == 504, "\(answer.status) \(answer.text)")
                #expect(await connection.isClosedByServer())
            }
            try await requireAlive(server, after: "slow bodies")
        }
    }

    @Test("clients that hang up in the middle leave no socket and no memory behind")
    func halfRequests() async throws {
        try await StandAloneServer.running(Self.models) { server in
            let request = String(decoding: HTTPProbe.request("POST", Self.path, body: Array(Self.good.utf8)), as: UTF8.self)
            try await requireAlive(server, after: "nothing")
            let descriptors = try server.descriptors
            let before = try server.memory.present
            for cut in stride(from: 1, to: request.utf8.count, by: 2) {
                for _ in 0..<4 {
                    let connection = try ProbeConnection(port: server.port)
                    await connection.write(Array(request.utf8.prefix(cut)))
                    connection.hangUp()
                }
            }
            try await requireAlive(server, after: "half requests")
            try await eventually { try server.descriptors <= descriptors + 4 ? nil : "\(try server.descriptors) descriptors" }
            #expect(try server.memory.present - before < Self.growth)
        }
    }

    @Test("a body of chunks beyond the limit is refused before it is all there")
    func chunks() async throws {
        try await StandAloneServer.running(Self.models) { server in
            let connection = try ProbeConnection(port: server.port)
            await connection.write(Self.head("Transfer-Encoding: chunked"))
            let chunk = Array("100000\r\n".utf8) + [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20) + Array("\r\n".utf8)
            for _ in 0..<200 where await connection.write(chunk) {}
            // Whether the answer can be read still depends on who ends the connection first.
            if let answer = try? await connection.answer() { #expect(answer.status == 413, "\(answer.status) \(answer.text)") }
            #expect(try server.memory.peak < Self.peak)
            try await requireAlive(server, after: "very many chunks")
        }
    }
}
