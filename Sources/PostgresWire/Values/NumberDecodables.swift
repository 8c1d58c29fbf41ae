package import WireKit

/// An integer type that columns of integer types are read as.
package protocol PostgresDecodableInteger: PostgresNonNullDecodable, FixedWidthInteger {}

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

    private static func wide(_ value: ArraySlice<UInt8>, _ type: TypeOID) throws(WireError) -> Int64 {
        var reader = ByteReader(value)
        let number: Int64
        switch type {
        case .int2: number = Int64(try reader.readInteger("smallint", as: Int16.self))
        case .int4: number = Int64(try reader.readInteger("integer", as: Int32.self))
        case .int8: number = try reader.readInteger("bigint", as: Int64.self)
        case .oid: number = Int64(try reader.readInteger("oid", as: UInt32.self))
        default: throw mismatch(type)
        }
        try reader.expectEnd("value")
        return number
    }
}

extension Int16: PostgresDecodableInteger {}
extension Int32: PostgresDecodableInteger {}
extension Int64: PostgresDecodableInteger {}
/// For OIDs.
extension UInt32: PostgresDecodableInteger {}

extension Double: PostgresNonNullDecodable {
    package static func decode(
        _ value: ArraySlice<UInt8>,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> Double {
        switch format {
        case .text:
            // Swift reads PostgreSQL's NaN, Infinity and -Infinity too.
            guard let number = Double(String(decoding: value, as: UTF8.self)) else { throw mismatch(type) }
            return number
        case .binary:
            var reader = ByteReader(value)
            let number: Double
            switch type {
            case .float4: number = Double(Float(bitPattern: try reader.readInteger("real", as: UInt32.self)))
            case .float8: number = Double(bitPattern: try reader.readInteger("double", as: UInt64.self))
            default: throw mismatch(type)
            }
            try reader.expectEnd("value")
            return number
        }
    }
}
