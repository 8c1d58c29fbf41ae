package import WireKit

/// An integer type that columns of integer types are read as.
///
/// Any integer column can be read as any of them as long as the value fits.
package protocol PostgresDecodableInteger: PostgresScalar, FixedWidthInteger {}

extension PostgresDecodableInteger {
    package static func decode(
        _ value: ArraySlice<UInt8>,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> Self {
        switch format {
        case .text:
            guard let number = Self(String(decoding: value, as: UTF8.self)) else { throw mismatch(type) }
            return number
        case .binary:
            guard let number = Self(exactly: try wide(value, type)) else { throw mismatch(type) }
            return number
        }
    }

    private static func wide(_ value: ArraySlice<UInt8>, _ type: TypeOID) throws(WireError) -> Int128 {
        switch type {
        case .int2: Int128(try Int16.decode(value, format: .binary))
        case .int4: Int128(try Int32.decode(value, format: .binary))
        case .int8: Int128(try Int64.decode(value, format: .binary))
        case .oid, .xid, .cid: Int128(try UInt32.decode(value, format: .binary))
        case .xid8: Int128(try UInt64.decode(value, format: .binary))
        default: throw mismatch(type)
        }
    }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        try reader.readInteger("integer", as: Self.self)
    }

    package static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        try reader.readInteger(as: Self.self)
    }

    package func encode(into writer: inout ByteWriter) { writer.writeInteger(self) }

    package var postgresText: String { String(self) }
}

/// `smallint`.
extension Int16: PostgresDecodableInteger {}
/// `integer`.
extension Int32: PostgresDecodableInteger {}
/// `bigint`.
extension Int64: PostgresDecodableInteger {}
/// `oid`, and `xid` and `cid`, which look the same.
extension UInt32: PostgresDecodableInteger {}
/// `xid8`.
extension UInt64: PostgresDecodableInteger {}
