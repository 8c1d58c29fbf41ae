/// How the values of a base type are read and written.
package enum PostgresBaseType: Sendable {
    case bool, int2, int4, int8, float4, float8, numeric, money
    /// UTF-8 in both forms: `text`, `varchar`, `bpchar`, `json`, `xml`, `citext` …
    case text
    /// The same with at most 63 bytes.
    case name
    /// `jsonb` and `jsonpath`.
    case versionedText
    case char, bytea, uuid, bits
    case date, time, timetz, timestamp, timestamptz, interval
    case inet, cidr, macaddr, macaddr8
    /// `oid`, `xid` and `cid`.
    case oid
    case xid8, lsn, tid
    /// `regclass` and the like: an OID in binary form, a name in text form that only the server can find.
    case registered
    case tsvector, tsquery
    case point, lseg, path, box, polygon, line, circle
    case hstore, vector
    /// A type that is not known here: its text form is text, its binary form is bytes.
    case other

    /// The base type of a name in `pg_type`; an extension's types are known by name, for their OIDs differ.
    package static func named(_ name: String) -> Self { names[name] ?? .other }

    private static let names: [String: Self] = [
        "bool": .bool, "int2": .int2, "int4": .int4, "int8": .int8, "float4": .float4, "float8": .float8,
        "numeric": .numeric, "money": .money, "text": .text, "varchar": .text, "bpchar": .text, "json": .text,
        "xml": .text, "citext": .text, "unknown": .text, "refcursor": .text, "cstring": .text, "void": .text,
        "name": .name, "jsonb": .versionedText, "jsonpath": .versionedText, "char": .char, "bytea": .bytea,
        "uuid": .uuid, "bit": .bits, "varbit": .bits, "date": .date, "time": .time, "timetz": .timetz,
        "timestamp": .timestamp, "timestamptz": .timestamptz, "interval": .interval, "inet": .inet, "cidr": .cidr,
        "macaddr": .macaddr, "macaddr8": .macaddr8, "oid": .oid, "xid": .oid, "cid": .oid, "xid8": .xid8,
        "pg_lsn": .lsn, "tid": .tid, "tsvector": .tsvector, "tsquery": .tsquery, "point": .point, "lseg": .lseg,
        "path": .path, "box": .box, "polygon": .polygon, "line": .line, "circle": .circle, "hstore": .hstore,
        "vector": .vector, "regproc": .registered, "regprocedure": .registered, "regoper": .registered,
        "regoperator": .registered, "regclass": .registered, "regtype": .registered, "regconfig": .registered,
        "regdictionary": .registered, "regnamespace": .registered, "regrole": .registered,
        "regcollation": .registered,
    ]

    /// The Swift type of its values; none where the two forms are of different types.
    var codec: (any PostgresScalar.Type)? {
        switch self {
        case .bool: Bool.self
        case .int2: Int16.self
        case .int4: Int32.self
        case .int8: Int64.self
        case .float4: Float.self
        case .float8: Double.self
        case .numeric: PostgresNumeric.self
        case .money: PostgresMoney.self
        case .text, .name: String.self
        case .versionedText: PostgresVersionedText.self
        case .char: PostgresChar.self
        case .bytea: PostgresBytea.self
        case .uuid: PostgresUUID.self
        case .bits: PostgresBitString.self
        case .date: PostgresDate.self
        case .time: PostgresTime.self
        case .timetz: PostgresTimeTZ.self
        case .timestamp: PostgresTimestamp.self
        case .timestamptz: PostgresTimestampTZ.self
        case .interval: PostgresInterval.self
        case .inet, .cidr: PostgresInet.self
        case .macaddr: PostgresMACAddress.self
        case .macaddr8: PostgresMACAddress8.self
        case .oid: UInt32.self
        case .xid8: UInt64.self
        case .lsn: LogSequenceNumber.self
        case .tid: PostgresTupleID.self
        case .tsvector: PostgresTSVector.self
        case .tsquery: PostgresTSQuery.self
        case .point: PostgresPoint.self
        case .lseg: PostgresLineSegment.self
        case .path: PostgresPath.self
        case .box: PostgresBox.self
        case .polygon: PostgresPolygon.self
        case .line: PostgresLine.self
        case .circle: PostgresCircle.self
        case .hstore: PostgresHStore.self
        case .vector: PostgresVector.self
        case .registered, .other: nil
        }
    }
}
