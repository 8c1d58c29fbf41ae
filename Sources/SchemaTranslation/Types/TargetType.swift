/// A CQL type that a column can become (CQL v3 specification, "Data types").
package indirect enum TargetType: Hashable, Sendable {
    case smallint
    case int
    case bigint
    case float
    case double
    case decimal
    case boolean
    case text
    case blob
    case date
    case time
    case timestamp
    case uuid
    case inet
    /// Frozen: a list that is not would get its elements twice when a write is repeated with the same timestamp, and
    /// could not tell empty from null.
    case frozenList(TargetType)

    /// As DDL and `system_schema.columns` spell it.
    package var cql: String {
        switch self {
        case .smallint: "smallint"
        case .int: "int"
        case .bigint: "bigint"
        case .float: "float"
        case .double: "double"
        case .decimal: "decimal"
        case .boolean: "boolean"
        case .text: "text"
        case .blob: "blob"
        case .date: "date"
        case .time: "time"
        case .timestamp: "timestamp"
        case .uuid: "uuid"
        case .inet: "inet"
        case .frozenList(let element): "frozen<list<\(element.cql)>>"
        }
    }
}
