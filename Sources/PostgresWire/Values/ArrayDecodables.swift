package import WireKit

/// An element type of one-dimensional arrays: `String` for arrays of any type, `UInt8` for the bytes of a bytea.
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
        switch format {
        case .binary:
            return Array(value)
        case .text:
            guard value.starts(with: "\\x".utf8), let bytes = Hex.bytes(value.dropFirst(2)) else {
                throw WireError(.invalidValue("a bytea is written \\x and hex digits"), field: "value", offset: 0)
            }
            return bytes
        }
    }
}

extension String: PostgresDecodableElement {
    package static func decodeElements(
        _ value: ArraySlice<UInt8>,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> [String] {
        try [String?].decode(value, type: type, format: format).map { (element) throws(WireError) -> String in
            guard let element else {
                throw WireError(.invalidValue("the array has a NULL element"), field: "value", offset: 0)
            }
            return element
        }
    }
}

extension Optional: PostgresDecodableElement where Wrapped == String {
    package static func decodeElements(
        _ value: ArraySlice<UInt8>,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> [String?] {
        switch format {
        case .text:
            return try PostgresArrayText.elements(of: value)
        case .binary:
            var reader = ByteReader(value)
            let array = try PostgresArray.decode(from: &reader)
            try reader.expectEnd("value")
            guard array.dimensions.count <= 1 else { throw [String].mismatch(type) }
            return try array.elements.map { (element) throws(WireError) -> String? in
                guard let element else { return nil }
                return try PostgresText.render(binary: element, type: array.elementType)
            }
        }
    }
}
