import WireKit

/// A row: the value of a composite type, or of an anonymous `record`.
///
/// `Field` is `PostgresValue`, or a slice of the bytes that a field is encoded as. PostgreSQL source,
/// `src/backend/utils/adt/rowtypes.c`, record_send and record_out.
package struct PostgresRecord<Field: Hashable & Sendable>: Hashable, Sendable {
    /// In order; `nil` is NULL.
    package let fields: [Field?]

    package init(_ fields: [Field?]) {
        self.fields = fields
    }
}

extension PostgresRecord<ArraySlice<UInt8>> {
    /// Reads the binary form, with its fields left as they are; the caller checks that nothing follows.
    ///
    /// - Returns: the record and the types that it says its fields are of.
    /// - Throws: `WireError` when it announces more fields than there are bytes for.
    static func decode(from reader: inout ByteReader) throws(WireError) -> (record: Self, types: [TypeOID]) {
        let at = reader.offset
        let count = Int(try reader.readInteger("field count", as: Int32.self))
        guard count >= 0 else { throw WireError(.invalidLength(count), field: "field count", offset: at) }
        guard count <= reader.remaining / 8 else {
            throw reader.error(.truncated(needed: count, remaining: reader.remaining), "record fields")
        }
        var fields: [ArraySlice<UInt8>?] = []
        var types: [TypeOID] = []
        for _ in 0..<count {
            types.append(TypeOID(rawValue: try reader.readInteger("field type", as: UInt32.self)))
            fields.append(try reader.readNullableValue("field"))
        }
        return (Self(fields), types)
    }

    /// Reads the text form `(a,"b c",)`; the fields are their text forms, without quotes.
    ///
    /// A record without fields and one with a single NULL look the same: the type knows.
    ///
    /// - Throws: `WireError` when the text is no record.
    static func decode(from reader: inout TextReader) throws(WireError) -> Self {
        try reader.expect("(")
        var fields: [ArraySlice<UInt8>?] = []
        repeat { fields.append(try reader.readField(syntax: QuotedField.recordSyntax)) } while reader.skip(",")
        try reader.expect(")")
        return Self(fields)
    }
}

extension PostgresRecord {
    /// The text form, given that of the fields.
    ///
    /// - Throws: what `field` throws.
    func text(_ field: (Field, Int) throws(WireError) -> String) throws(WireError) -> String {
        var texts: [String] = []
        for (index, value) in fields.enumerated() {
            guard let value else {
                texts.append("")
                continue
            }
            texts.append(QuotedField.text(try field(value, index), syntax: QuotedField.recordSyntax))
        }
        return "(" + texts.joined(separator: ",") + ")"
    }
}
