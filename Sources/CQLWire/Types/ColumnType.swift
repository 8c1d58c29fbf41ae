/// The type of a column, as a `[option]` of the protocol and as CQL spells it.
///
/// `frozen` exists only in CQL: on the wire a frozen type is the type itself.
package indirect enum ColumnType: Hashable, Sendable {
    case ascii
    case bigint
    case blob
    case boolean
    case counter
    case date
    case decimal
    case double
    case duration
    case float
    case inet
    case int
    case smallint
    /// Also called `varchar`.
    case text
    case time
    case timestamp
    case timeuuid
    case tinyint
    case uuid
    case varint
    case list(ColumnType)
    case set(ColumnType)
    case map(ColumnType, ColumnType)
    case tuple([ColumnType])
    case userDefined(UserDefinedType)
    case frozen(ColumnType)
    /// A type known by the name of the server's class only.
    case custom(String)

    /// How deep types may nest before a decoder refuses them; the recursion is on the peer's word.
    package static let nestingLimit = 32
}

/// A type that `CREATE TYPE` made.
package struct UserDefinedType: Hashable, Sendable {
    /// A named part of the type.
    package struct Field: Hashable, Sendable {
        package var name: String
        package var type: ColumnType

        package init(name: String, type: ColumnType) {
            self.name = name
            self.type = type
        }
    }

    package var keyspace: String
    package var name: String
    package var fields: [Field]

    package init(keyspace: String, name: String, fields: [Field]) {
        self.keyspace = keyspace
        self.name = name
        self.fields = fields
    }
}

extension ColumnType {
    /// The types that have no parameters.
    package static let simpleTypes: [ColumnType] = [
        .ascii, .bigint, .blob, .boolean, .counter, .date, .decimal, .double, .duration, .float, .inet, .int,
        .smallint, .text, .time, .timestamp, .timeuuid, .tinyint, .uuid, .varint,
    ]

    /// This type without any `frozen`, at every depth: what the wire says.
    package var withoutFrozen: ColumnType {
        switch self {
        case .frozen(let inner): inner.withoutFrozen
        case .list(let element): .list(element.withoutFrozen)
        case .set(let element): .set(element.withoutFrozen)
        case .map(let key, let value): .map(key.withoutFrozen, value.withoutFrozen)
        case .tuple(let elements): .tuple(elements.map(\.withoutFrozen))
        case .userDefined(let type):
            .userDefined(
                UserDefinedType(
                    keyspace: type.keyspace,
                    name: type.name,
                    fields: type.fields.map { .init(name: $0.name, type: $0.type.withoutFrozen) }
                )
            )
        case .ascii, .bigint, .blob, .boolean, .counter, .date, .decimal, .double, .duration, .float, .inet, .int,
            .smallint, .text, .time, .timestamp, .timeuuid, .tinyint, .uuid, .varint, .custom:
            self
        }
    }

    /// The word of CQL for a type without parameters; nil for the others.
    package var simpleName: String? {
        switch self {
        case .ascii: "ascii"
        case .bigint: "bigint"
        case .blob: "blob"
        case .boolean: "boolean"
        case .counter: "counter"
        case .date: "date"
        case .decimal: "decimal"
        case .double: "double"
        case .duration: "duration"
        case .float: "float"
        case .inet: "inet"
        case .int: "int"
        case .smallint: "smallint"
        case .text: "text"
        case .time: "time"
        case .timestamp: "timestamp"
        case .timeuuid: "timeuuid"
        case .tinyint: "tinyint"
        case .uuid: "uuid"
        case .varint: "varint"
        case .list, .set, .map, .tuple, .userDefined, .frozen, .custom: nil
        }
    }
}
