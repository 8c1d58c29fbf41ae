/// What a server's catalogue says about types that are not built in.
///
/// PostgreSQL documentation, `pg_type`, `pg_attribute` and `pg_range`.
package struct TypeCatalogue: Sendable {
    /// A type with those that it is made of named by their OIDs.
    package struct Entry: Sendable {
        package enum Kind: Sendable {
            case base
            case array(element: TypeOID)
            case enumeration
            case domain(base: TypeOID)
            case composite([(name: String, type: TypeOID)])
            case range(subtype: TypeOID)
            case multirange(subtype: TypeOID)
        }

        package let oid: TypeOID
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
    }

    /// How deep types may be made of each other; PostgreSQL has no type that is made of itself, but a catalogue that is
    /// read while it changes could look so.
    private static let maximumDepth = 16

    private var types: [TypeOID: PostgresType] = [:]

    package init() {}

    /// The type of an OID, if it is built in or was looked up.
    package subscript(_ oid: TypeOID) -> PostgresType? { PostgresType.builtIn(oid) ?? types[oid] }

    /// Adds what a look-up of `wanted` has found, with all the types that these are made of.
    ///
    /// An OID that is not among the entries becomes an unknown type, so that it is not asked for again.
    package mutating func add(_ entries: [Entry], wanted: [TypeOID]) {
        let found = Dictionary(entries.map { ($0.oid, $0) }) { first, _ in first }
        for oid in wanted { types[oid] = assemble(oid, found, depth: 0) }
    }

    private mutating func assemble(_ oid: TypeOID, _ found: [TypeOID: Entry], depth: Int) -> PostgresType {
        if let known = self[oid] { return known }
        guard let entry = found[oid], depth < Self.maximumDepth else { return .unknown(oid) }
        let kind: PostgresType.Kind =
            switch entry.kind {
            case .base: .base(.named(entry.name))
            case .array(let element): .array(element: assemble(element, found, depth: depth + 1))
            case .enumeration: .enumeration
            case .domain(let base): .domain(base: assemble(base, found, depth: depth + 1))
            case .composite(let attributes):
                .composite(
                    attributes.map {
                        PostgresType.Attribute(name: $0.name, type: assemble($0.type, found, depth: depth + 1))
                    }
                )
            case .range(let subtype): .range(subtype: assemble(subtype, found, depth: depth + 1))
            case .multirange(let subtype): .multirange(subtype: assemble(subtype, found, depth: depth + 1))
            }
        let type = PostgresType(oid: oid, name: entry.name, kind: kind, delimiter: entry.delimiter)
        types[oid] = type
        return type
    }
}
