package import WireKit

/// `bit` and `varbit`: bits, the first in the highest place of the first byte.
///
/// PostgreSQL source, `src/backend/utils/adt/varbit.c`, varbit_send and varbit_out.
package struct PostgresBitString: Hashable, Sendable {
    package let bitCount: Int
    /// As many as the bits need; places behind the last bit are zero.
    package let bytes: [UInt8]

    package init(_ bits: some Sequence<Bool>) {
        var bytes: [UInt8] = []
        var count = 0
        for bit in bits {
            if count.isMultiple(of: 8) { bytes.append(0) }
            if bit { bytes[count / 8] |= 0x80 >> UInt8(count % 8) }
            count += 1
        }
        bitCount = count
        self.bytes = bytes
    }

    private init(bitCount: Int, bytes: [UInt8]) {
        self.bitCount = bitCount
        self.bytes = bytes
    }
}

extension PostgresBitString: PostgresScalar {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let at = reader.offset
        let count = Int(try reader.readInteger("bit count", as: Int32.self))
        guard count >= 0 else { throw WireError(.invalidLength(count), field: "bit count", offset: at) }
        let bytes = Array(try reader.readBytes((count + 7) / 8, "bits"))
        guard count.isMultiple(of: 8) || (bytes.last ?? 0) & (0xFF >> UInt8(count % 8)) == 0 else {
            throw WireError(.invalidValue("places behind the last bit are zero"), field: "bits", offset: at)
        }
        return Self(bitCount: count, bytes: bytes)
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        let digits = reader.take { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "1") }
        return Self(digits.lazy.map { $0 == UInt8(ascii: "1") })
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(Int32(bitCount))
        writer.writeBytes(bytes)
    }

    package var postgresText: String {
        let digits = (0..<bitCount).map { UInt8(ascii: bytes[$0 / 8] & 0x80 >> UInt8($0 % 8) == 0 ? "0" : "1") }
        return String(decoding: digits, as: UTF8.self)
    }
}
