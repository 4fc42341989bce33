import Foundation
import MeshCommand
import Tensors

/// One request that is sent again and again, in the Open Inference Protocol.
struct BenchRequest: Sendable {
    enum Format: String, Sendable, Codable {
        case json
        case binary
    }

    let path: String
    let headers: [(String, String)]
    let body: [UInt8]

    init(path: String, headers: [(String, String)], body: [UInt8]) {
        self.path = path
        self.headers = headers
        self.body = body
    }

    init(model: BenchModel, inputs: [Tensor], format: Format) {
        var writer = JSONWriter()
        writer.raw("{\"id\":\"bench\",")
        if format == .binary { writer.raw("\"parameters\":{\"binary_data_output\":true},") }
        writer.raw("\"inputs\":[")
        for (index, input) in inputs.enumerated() {
            if index > 0 { writer.raw(",") }
            writer.tensor(input, binarySize: format == .binary ? input.raw.count : nil)
        }
        writer.raw("]}")
        let path = "/v2/models/\(model.rawValue)/infer"
        switch format {
        case .json: self.init(path: path, headers: [("Content-Type", "application/json")], body: writer.bytes)
        case .binary:
            let headers = [
                ("Content-Type", "application/octet-stream"), ("Inference-Header-Content-Length", String(writer.bytes.count)),
            ]
            self.init(path: path, headers: headers, body: writer.bytes + inputs.flatMap(\.raw))
        }
    }

    /// The request as it goes over the wire.
    var bytes: [UInt8] { LoadConnection.request("POST", path, headers: headers, body: body) }
}
