/// Cuts a stream of JSON values into its values, wherever the stream was cut in transport.
///
/// Values follow each other with or without blanks in between, as an encoder that writes one after the other leaves
/// them. A number, `true`, `false` or `null` does not say itself where it ends: it does so at a blank, where another
/// value opens, or with the stream (``finish()``).
package struct JSONSequenceDecoder: Sendable {
    private let limit: Int
    private var value: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// - Parameter limit: bytes that one value may have.
    package init(limit: Int = 1 << 20) { self.limit = limit }

    /// Takes a piece of the stream and returns the values that it completes.
    ///
    /// - Throws: `WireError` when it is not JSON, or a value is longer than the limit.
    package mutating func append(_ bytes: some Sequence<UInt8>) throws(WireError) -> [JSON] {
        var values: [JSON] = []
        for byte in bytes {
            if isBare, Self.isBlank(byte) || Self.opens(byte) { values += try finish() }
            if value.isEmpty, Self.isBlank(byte) { continue }
            value.append(byte)
            guard value.count <= limit else {
                throw WireError(.limitExceeded(length: value.count, limit: limit), field: "JSON", offset: 0)
            }
            if try endsValue(byte) { values += try finish() }
        }
        return values
    }

    /// The value that only the end of the stream completes, if there is one.
    ///
    /// - Throws: `WireError` when the stream ends inside of a value.
    package mutating func finish() throws(WireError) -> [JSON] {
        if value.isEmpty { return [] }
        let complete = try JSON(parsing: value)
        value.removeAll(keepingCapacity: true)
        return [complete]
    }

    /// Whether inside of a number, `true`, `false` or `null` that is a value of its own.
    private var isBare: Bool { depth == 0 && !isInString && !value.isEmpty }

    private mutating func endsValue(_ byte: UInt8) throws(WireError) -> Bool {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return !isInString && depth == 0
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            guard depth > 0 else {
                throw WireError(.invalidValue("nothing is open that this could close"), field: "JSON", offset: 0)
            }
            depth -= 1
            return depth == 0
        default: break
        }
        return false
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private static func opens(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "\"")
    }
}
