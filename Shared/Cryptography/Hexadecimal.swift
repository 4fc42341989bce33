private let digits = Array("0123456789abcdef".utf8)

/// Lower-case hexadecimal text of bytes.
public func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}

/// The bytes a hexadecimal text stands for, or nil when it is not one (odd length, a foreign character).
public func bytes(hexadecimal text: some StringProtocol) -> [UInt8]? {
    let source = Array(text.utf8)
    guard source.count.isMultiple(of: 2) else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(source.count / 2)
    for index in stride(from: 0, to: source.count, by: 2) {
        guard let high = nibble(source[index]), let low = nibble(source[index + 1]) else { return nil }
        result.append(high << 4 | low)
    }
    return result
}

private func nibble(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
}
