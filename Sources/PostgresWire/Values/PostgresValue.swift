/// A value of any type that is not NULL; NULL is `nil` of `PostgresValue?`.
///
/// What it is a value of is said by a `PostgresType`, by which it is read and written: the label of an enum and a text are
/// both `text`.
package indirect enum PostgresValue: Hashable, Sendable {
    case bool(Bool)
    case int2(Int16)
    case int4(Int32)
    case int8(Int64)
    case float4(Float)
    case float8(Double)
    case numeric(PostgresNumeric)
    case money(PostgresMoney)
    /// Also `varchar`, `bpchar`, `name`, `json`, `jsonb`, `xml`, `jsonpath`, labels of enums, and the text form of types
    /// that are not known.
    case text(String)
    case char(PostgresChar)
    case bytea(PostgresBytea)
    case uuid(PostgresUUID)
    case bits(PostgresBitString)
    case date(PostgresDate)
    case time(PostgresTime)
    case timetz(PostgresTimeTZ)
    case timestamp(PostgresTimestamp)
    case timestamptz(PostgresTimestampTZ)
    case interval(PostgresInterval)
    /// Also `cidr`.
    case inet(PostgresInet)
    case macaddr(PostgresMACAddress)
    case macaddr8(PostgresMACAddress8)
    /// Also `xid`, `cid`, and the binary form of `regclass` and the like.
    case oid(UInt32)
    case xid8(UInt64)
    case lsn(LogSequenceNumber)
    case tid(PostgresTupleID)
    case tsvector(PostgresTSVector)
    case tsquery(PostgresTSQuery)
    case point(PostgresPoint)
    case lseg(PostgresLineSegment)
    case path(PostgresPath)
    case box(PostgresBox)
    case polygon(PostgresPolygon)
    case line(PostgresLine)
    case circle(PostgresCircle)
    case hstore(PostgresHStore)
    case vector(PostgresVector)
    case array(PostgresArray<PostgresValue>)
    /// A row of a composite type or an anonymous one.
    case record(PostgresRecord<PostgresValue>)
    case range(PostgresRange<PostgresValue>)
    case multirange([PostgresRange<PostgresValue>])
    /// The binary form of a type that is not known: it can be sent on, but not printed.
    case opaque([UInt8])

    /// How deep values may lie in each other, which bounds the recursion on what a peer sends.
    static let maximumDepth = 32
}

extension PostgresValue {
    /// The value inside, if it is of a base type.
    package var scalar: (any PostgresScalar)? {
        switch self {
        case .bool(let value): value
        case .int2(let value): value
        case .int4(let value): value
        case .int8(let value): value
        case .float4(let value): value
        case .float8(let value): value
        case .numeric(let value): value
        case .money(let value): value
        case .text(let value): value
        case .char(let value): value
        case .bytea(let value): value
        case .uuid(let value): value
        case .bits(let value): value
        case .date(let value): value
        case .time(let value): value
        case .timetz(let value): value
        case .timestamp(let value): value
        case .timestamptz(let value): value
        case .interval(let value): value
        case .inet(let value): value
        case .macaddr(let value): value
        case .macaddr8(let value): value
        case .oid(let value): value
        case .xid8(let value): value
        case .lsn(let value): value
        case .tid(let value): value
        case .tsvector(let value): value
        case .tsquery(let value): value
        case .point(let value): value
        case .lseg(let value): value
        case .path(let value): value
        case .box(let value): value
        case .polygon(let value): value
        case .line(let value): value
        case .circle(let value): value
        case .hstore(let value): value
        case .vector(let value): value
        case .array, .record, .range, .multirange, .opaque: nil
        }
    }
}
