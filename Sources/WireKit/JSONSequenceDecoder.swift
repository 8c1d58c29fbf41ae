/// Cuts a stream of JSON values into its values, wherever the stream was cut in transport.
///
/// Values follow each other with or without blanks in between, as an encoder that writes one after the other leaves
/// them. Every value is an object or an array.
package struct JSONSequenceDecoder: Sendable {
    private let limit: Int
    private var value: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// - Parameter limit: bytes that one value may have.
    package init(limit: Int = 1 << 20) { self.limit = limit }

    /// Whether the stream may end here.
    package var isBetweenValues: Bool { value.isEmpty }

    /// Takes a piece of the stream and returns the values that it completes.
    ///
    /// - Throws: `WireError` when it is not JSON, or a value is longer than the limit.
    package mutating func append(_ bytes: some Sequence<UInt8>) throws(WireError) -> [JSON] {
        var values: [JSON] = []
        for byte in bytes {
            if value.isEmpty, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { continue }
            value.append(byte)
            guard value.count <= limit else {
                throw WireError(.limitExceeded(length: value.count, limit: limit), field: "JSON", offset: 0)
            }
            if endsValue(byte) {
                values.append(try JSON(parsing: value))
                value.removeAll(keepingCapacity: true)
            } else if depth == 0 {
                throw WireError(.invalidValue("an object or an array is expected here"), field: "JSON", offset: 0)
            }
        }
        return values
    }

    private mutating func endsValue(_ byte: UInt8) -> Bool {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return false
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            return depth <= 0
        default: break
        }
        return false
    }
}
