package import WireKit

/// An element type of one-dimensional Swift arrays: the bytes of a bytea, or an element of a PostgreSQL array.
package protocol PostgresDecodableElement: Sendable {
    /// Reads all elements of a value that is not NULL.
    ///
    /// - Throws: `WireError` when the value has another type or shape.
    static func decodeElements(
        _ value: ArraySlice<UInt8>,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> [Self]
}

/// A type that elements of a PostgreSQL array are read as.
package protocol PostgresArrayElement: PostgresNonNullDecodable, PostgresDecodableElement {}

extension Array: PostgresDecodable, PostgresNonNullDecodable where Element: PostgresDecodableElement {
    package static func decode(
        _ value: ArraySlice<UInt8>,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> [Element] {
        try Element.decodeElements(value, type: type, format: format)
    }
}

extension UInt8: PostgresDecodableElement {
    package static func decodeElements(
        _ value: ArraySlice<UInt8>,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> [UInt8] {
        guard type == .bytea else { throw [UInt8].mismatch(type) }
        return try PostgresBytea.decode(value, format: format).bytes
    }
}

extension PostgresArrayElement {
    package static func decodeElements(
        _ value: ArraySlice<UInt8>,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> [Self] {
        try nullableElements(value, type: type, format: format).map { (element) throws(WireError) -> Self in
            guard let element else {
                throw WireError(.invalidValue("the array has a NULL element"), field: "value", offset: 0)
            }
            return element
        }
    }

    fileprivate static func nullableElements(
        _ value: ArraySlice<UInt8>,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> [Self?] {
        let array: PostgresArray<ArraySlice<UInt8>>
        var elementType = type.element ?? .unspecified
        switch format {
        case .text:
            var reader = TextReader(value)
            let isBox = elementType == .box
            array = try .decode(from: &reader, delimiter: UInt8(ascii: isBox ? ";" : ","))
            try reader.expectEnd()
        case .binary:
            var reader = ByteReader(value)
            (array, elementType) = try PostgresArray.decode(from: &reader)
            try reader.expectEnd("value")
        }
        guard array.dimensions.count <= 1 else { throw [Self].mismatch(type, "it has more than one dimension") }
        return try array.elements.map { (element) throws(WireError) -> Self? in
            guard let element else { return nil }
            return try Self.decode(element, type: elementType, format: format)
        }
    }
}

extension Optional: PostgresDecodableElement where Wrapped: PostgresArrayElement {
    package static func decodeElements(
        _ value: ArraySlice<UInt8>,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> [Wrapped?] {
        try Wrapped.nullableElements(value, type: type, format: format)
    }
}
