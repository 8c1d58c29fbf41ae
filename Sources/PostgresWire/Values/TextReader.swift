package import WireKit

/// A cursor over the text form of a value.
package struct TextReader: Sendable {
    private var bytes: ArraySlice<UInt8>
    private let start: Int

    /// Reads from the first byte of `bytes`; offsets in errors count from there.
    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        start = bytes.startIndex
    }

    /// Bytes read so far.
    var offset: Int { bytes.startIndex - start }
    package var isAtEnd: Bool { bytes.isEmpty }
    /// The next byte, without consuming it.
    var next: UInt8? { bytes.first }
    /// What is unread, without consuming it.
    var rest: ArraySlice<UInt8> { bytes }

    mutating func pop() -> UInt8? { bytes.popFirst() }

    /// Consumes `text` if it comes next.
    mutating func skip(_ text: String) -> Bool {
        guard bytes.starts(with: text.utf8) else { return false }
        bytes = bytes.dropFirst(text.utf8.count)
        return true
    }

    /// Consumes `text`.
    ///
    /// - Throws: `WireError` when something else comes next.
    mutating func expect(_ text: String) throws(WireError) {
        guard skip(text) else { throw error("'\(text)' is expected") }
    }

    mutating func take(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let taken = bytes.prefix(while: condition)
        bytes = bytes[taken.endIndex...]
        return taken
    }

    mutating func takeRest() -> ArraySlice<UInt8> {
        defer { bytes = bytes[bytes.endIndex...] }
        return bytes
    }

    /// Reads everything that is left as UTF-8.
    ///
    /// - Throws: `WireError` when it is not UTF-8.
    mutating func readUTF8() throws(WireError) -> String {
        let at = offset
        guard let text = String(validating: takeRest(), as: UTF8.self) else {
            throw WireError(.invalidUTF8, field: "value", offset: at)
        }
        return text
    }

    /// Reads decimal digits.
    ///
    /// - Parameter digitCounts: how many there may be, at most 18.
    /// - Returns: the number.
    /// - Throws: `WireError` when there are fewer or more.
    mutating func readDigits(_ digitCounts: ClosedRange<Int>) throws(WireError) -> Int {
        let digits = take { isDigit($0) }
        guard digitCounts.contains(digits.count) else { throw error("a number has another count of digits") }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Reads an integer in decimal, with a sign only if it is negative.
    ///
    /// - Throws: `WireError` when there is none or it does not fit.
    mutating func readInteger<T: FixedWidthInteger>(as type: T.Type = T.self) throws(WireError) -> T {
        let from = bytes
        if T.isSigned { _ = skip("-") }
        _ = take { isDigit($0) }
        let digits = from[from.startIndex..<bytes.startIndex]
        guard let value = T(String(decoding: digits, as: UTF8.self)) else {
            throw error("'\(shown(digits))' is no integer of \(T.bitWidth) bits")
        }
        return value
    }

    /// An error at the current offset.
    func error(_ rule: String) -> WireError {
        WireError(.invalidValue(rule), field: "value", offset: offset)
    }

    /// Declares that nothing may follow.
    ///
    /// - Throws: `WireError` (trailing bytes) when something does.
    package func expectEnd() throws(WireError) {
        guard bytes.isEmpty else {
            throw WireError(.trailingBytes(count: bytes.count), field: "value", offset: offset)
        }
    }

    /// Some bytes of the value for an error, which must stay short.
    private func shown(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes.prefix(32), as: UTF8.self) }
}

func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

/// The whitespace of the C locale, which makes PostgreSQL quote a part of a value.
func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte) }
