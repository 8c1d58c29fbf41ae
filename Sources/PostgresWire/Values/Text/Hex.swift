import WireKit

/// Hexadecimal digits, two per byte, as bytea, uuid and MD5 responses use them.
enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    static func lowercase(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0xF)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The value of one digit in either case.
    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The bytes that an even number of digits stand for.
    static func bytes(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2)
        var high: UInt8?
        for digit in text {
            guard let value = value(digit) else { return nil }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }

    /// Reads two digits per byte.
    ///
    /// - Throws: `WireError` when something else comes next.
    static func decode(byteCount: Int, from reader: inout TextReader) throws(WireError) -> [UInt8] {
        let digits = reader.rest.prefix(byteCount * 2)
        guard digits.count == byteCount * 2, let bytes = bytes(digits) else {
            throw reader.error("\(byteCount * 2) hexadecimal digits are expected")
        }
        for _ in digits { _ = reader.pop() }
        return bytes
    }
}
