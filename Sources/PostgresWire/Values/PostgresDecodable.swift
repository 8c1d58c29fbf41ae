package import WireKit

/// A Swift type that query results are read as, from either format.
package protocol PostgresDecodable: Sendable {
    /// Reads a column's value; `nil` is NULL.
    ///
    /// - Throws: `WireError` when the value is NULL and the type has no place for it, or is not of this type.
    static func decode(
        _ value: ArraySlice<UInt8>?,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> Self
}

/// A decodable type that NULL is not a value of.
package protocol PostgresNonNullDecodable: PostgresDecodable {
    /// Reads a value that is not NULL.
    ///
    /// - Throws: `WireError` when the value is not of this type.
    static func decode(
        _ value: ArraySlice<UInt8>,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> Self
}

extension PostgresNonNullDecodable {
    package static func decode(
        _ value: ArraySlice<UInt8>?,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> Self {
        guard let value else {
            throw WireError(.invalidValue("NULL is not a \(Self.self)"), field: "value", offset: 0)
        }
        return try decode(value, type: type, format: format)
    }

    static func mismatch(_ type: TypeOID, _ reason: String? = nil) -> WireError {
        let rule = "a value of type OID \(type.rawValue) is not a \(Self.self)" + (reason.map { ": " + $0 } ?? "")
        return WireError(.invalidValue(rule), field: "value", offset: 0)
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package static func decode(
        _ value: ArraySlice<UInt8>?,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> Self {
        guard let value else { return nil }
        return .some(try Wrapped.decode(value, type: type, format: format))
    }
}
