/// A position in the write-ahead log, in bytes (PostgreSQL's `pg_lsn`).
package struct LogSequenceNumber: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Before any position; also what a server says for "nowhere in particular".
    package static let zero = Self(rawValue: 0)

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension LogSequenceNumber: CustomStringConvertible {
    /// Two hexadecimal numbers of up to 8 digits, such as `16/B374D848`; servers from version 19 on pad them with zeros.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let high = Self.word(parts[0]), let low = Self.word(parts[1]) else { return nil }
        rawValue = UInt64(high) << 32 | UInt64(low)
    }

    private static func word(_ digits: some StringProtocol) -> UInt32? {
        // UInt32(_:radix:) would take a sign.
        guard (1...8).contains(digits.utf8.count), !digits.utf8.contains(UInt8(ascii: "+")) else { return nil }
        return UInt32(digits, radix: 16)
    }

    /// As the server prints it: upper-case hexadecimal without padding.
    package var description: String {
        String(rawValue >> 32, radix: 16, uppercase: true) + "/"
            + String(rawValue & 0xFFFF_FFFF, radix: 16, uppercase: true)
    }
}
