/// A data type, described as far as its values are read and written by it.
///
/// Built-in types are known here; the others a client looks up in the server's catalogue.
package struct PostgresType: Hashable, Sendable {
    package let oid: TypeOID
    /// As in `pg_type`, without its schema.
    package let name: String
    package let kind: Kind
    /// What separates values of this type in an array's text.
    package let delimiter: UInt8

    package init(oid: TypeOID, name: String, kind: Kind, delimiter: UInt8 = UInt8(ascii: ",")) {
        self.oid = oid
        self.name = name
        self.kind = kind
        self.delimiter = delimiter
    }

    package indirect enum Kind: Hashable, Sendable {
        case base(PostgresBaseType)
        case array(element: PostgresType)
        /// `int2vector` and `oidvector`: in text form, elements with blanks between them; in binary form, arrays.
        case legacyVector(element: PostgresType)
        case enumeration
        /// The values are those of `base`.
        case domain(base: PostgresType)
        case composite([Attribute])
        case range(subtype: PostgresType)
        case multirange(subtype: PostgresType)
        /// A row whose fields are described by the values only.
        case record
    }

    /// A column of a composite type.
    package struct Attribute: Hashable, Sendable {
        package let name: String
        package let type: PostgresType

        package init(name: String, type: PostgresType) {
            self.name = name
            self.type = type
        }
    }

    /// The base type, also below a domain; none for what is made of other values.
    package var base: PostgresBaseType? {
        switch kind {
        case .base(let base): base
        case .domain(let type): type.base
        case .enumeration: .text
        case .array, .legacyVector, .composite, .range, .multirange, .record: nil
        }
    }

    /// A type that is not known: its text form is text, its binary form is bytes.
    package static func unknown(_ oid: TypeOID) -> Self {
        Self(oid: oid, name: "type \(oid.rawValue)", kind: .base(.other))
    }
}
