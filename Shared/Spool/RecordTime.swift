import Foundation

/// Times of records as text: RFC 3339 UTC with milliseconds, rounded, so that a time that was read is written as it was.
public enum RecordTime {
    /// Writes a time.
    ///
    /// The civil date after H. Hinnant, "chrono-compatible low-level date algorithms".
    public static func append(_ time: Date, to bytes: inout [UInt8]) {
        append(milliseconds: Int((time.timeIntervalSince1970 * 1000).rounded()), to: &bytes)
    }

    /// Writes a time that is given in milliseconds since 1970.
    public static func append(milliseconds: Int, to bytes: inout [UInt8]) {
        let days = milliseconds.floorDivided(by: 86_400_000)
        let rest = milliseconds - days * 86_400_000
        let shifted = days + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        pair(year / 100, to: &bytes)
        pair(year % 100, to: &bytes)
        pair(month, after: "-", to: &bytes)
        pair(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, after: "-", to: &bytes)
        pair(rest / 3_600_000, after: "T", to: &bytes)
        pair(rest / 60_000 % 60, after: ":", to: &bytes)
        pair(rest / 1000 % 60, after: ":", to: &bytes)
        bytes.append(UInt8(ascii: "."))
        bytes.append(48 + UInt8(rest % 1000 / 100))
        pair(rest % 100, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    private static func pair(_ value: Int, after mark: Unicode.Scalar? = nil, to bytes: inout [UInt8]) {
        if let mark { bytes.append(UInt8(ascii: mark)) }
        bytes.append(48 + UInt8(value / 10 % 10))
        bytes.append(48 + UInt8(value % 10))
    }
}

extension Int {
    fileprivate func floorDivided(by divisor: Int) -> Int {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
