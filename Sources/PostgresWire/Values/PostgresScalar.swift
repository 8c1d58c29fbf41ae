package import WireKit

/// A type with both of PostgreSQL's forms, each read and written.
///
/// The text form is the one under the settings that sessions pin: DateStyle ISO, IntervalStyle postgres, TimeZone UTC,
/// extra_float_digits 1, bytea_output hex, lc_monetary C. Reading it takes what a server prints, no more.
package protocol PostgresScalar: PostgresArrayElement, Hashable {
    /// Reads the binary form; the caller checks that nothing follows.
    ///
    /// - Throws: `WireError` when the bytes are not a value of this type.
    static func decode(from reader: inout ByteReader) throws(WireError) -> Self

    /// Reads the text form; the caller checks that nothing follows.
    ///
    /// - Throws: `WireError` when the text is not a value of this type.
    static func decode(from reader: inout TextReader) throws(WireError) -> Self

    /// Writes the binary form.
    func encode(into writer: inout ByteWriter)

    /// PostgreSQL's text output.
    var postgresText: String { get }
}

extension PostgresScalar {
    /// Reads a whole value.
    ///
    /// - Throws: `WireError` when the bytes are not a value of this type.
    package static func decode(
        _ value: ArraySlice<UInt8>,
        format: FormatCode
    ) throws(WireError) -> Self {
        switch format {
        case .binary:
            var reader = ByteReader(value)
            let decoded = try decode(from: &reader)
            try reader.expectEnd("value")
            return decoded
        case .text:
            var reader = TextReader(value)
            let decoded = try decode(from: &reader)
            try reader.expectEnd()
            return decoded
        }
    }

    /// Reads the text form.
    ///
    /// - Throws: `WireError` when the text is not a value of this type.
    package init(postgresText: String) throws(WireError) {
        self = try Self.decode(Array(postgresText.utf8)[...], format: .text)
    }

    package static func decode(
        _ value: ArraySlice<UInt8>,
        type: TypeOID,
        format: FormatCode
    ) throws(WireError) -> Self {
        // A type that is not built in is taken at the reader's word.
        if let known = PostgresType.builtIn(type), known.base?.codec != Self.self { throw mismatch(type) }
        return try decode(value, format: format)
    }
}
