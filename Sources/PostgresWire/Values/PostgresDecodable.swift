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

    static func mismatch(_ type: TypeOID) -> WireError {
        let rule = "a value of type OID \(type.rawValue) is not a \(Self.self)"
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

extension Bool: PostgresNonNullDecodable {
    package static func decode(
        _ value: ArraySlice<UInt8>,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> Bool {
        guard type == .bool, value.count == 1, let byte = value.first else { throw mismatch(type) }
        switch (format, byte) {
        case (.text, UInt8(ascii: "t")), (.binary, 1): return true
        case (.text, UInt8(ascii: "f")), (.binary, 0): return false
        default: throw mismatch(type)
        }
    }
}

extension String: PostgresNonNullDecodable {
    package static func decode(
        _ value: ArraySlice<UInt8>,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> String {
        switch format {
        case .binary:
            return try PostgresText.render(binary: value, type: type)
        case .text:
            guard let text = String(validating: value, as: UTF8.self) else {
                throw WireError(.invalidUTF8, field: "value", offset: 0)
            }
            return text
        }
    }
}
