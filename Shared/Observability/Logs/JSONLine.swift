import Logging

/// Builds one line of JSON from log metadata.
struct JSONLine {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]
    private var isFirst = true

    mutating func member(_ name: String, _ value: String) {
        begin(name)
        text(value)
    }

    mutating func member(_ name: String, _ value: Logger.MetadataValue) {
        begin(name)
        self.value(value)
    }

    /// The line with its newline.
    consuming func finish() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private mutating func begin(_ name: String) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        text(name)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func value(_ value: Logger.MetadataValue) {
        switch value {
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                self.value(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .dictionary(let members):
            var inner = JSONLine()
            for (name, member) in members { inner.member(name, member) }
            bytes.append(contentsOf: inner.finish().dropLast())
        default: text(value.description)
        }
    }

    private mutating func text(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 { character(byte) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func character(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
        case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
        case 0..<32, 127:
            let digits = String(byte, radix: 16)
            bytes.append(contentsOf: ("\\u00" + (byte < 16 ? "0" : "") + digits).utf8)
        default: bytes.append(byte)
        }
    }
}
