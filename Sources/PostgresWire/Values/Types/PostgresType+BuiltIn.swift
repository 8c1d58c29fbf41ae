/// The types that every server has under the same OIDs.
extension PostgresType {
    /// A built-in type; nothing for the user's own and those of extensions.
    package static func builtIn(_ oid: TypeOID) -> PostgresType? { builtInTypes[oid] }

    private static let builtInTypes: [TypeOID: PostgresType] = {
        var types: [TypeOID: PostgresType] = [:]
        for type in scalarTypes + containerTypes { types[type.oid] = type }
        for (array, element) in TypeOID.arrays {
            guard let type = types[element] else { continue }
            types[array] = PostgresType(oid: array, name: "_" + type.name, kind: .array(element: type))
        }
        return types
    }()

    private static let scalarTypes: [PostgresType] = [
        base(.bool, "bool"), base(.bytea, "bytea"), base(.char, "char"), base(.name, "name"), base(.int8, "int8"),
        base(.int2, "int2"), base(.int4, "int4"), base(.regproc, "regproc"), base(.text, "text"), base(.oid, "oid"),
        base(.tid, "tid"), base(.xid, "xid"), base(.cid, "cid"), base(.json, "json"), base(.xml, "xml"),
        base(.point, "point"), base(.lseg, "lseg"), base(.path, "path"),
        PostgresType(oid: .box, name: "box", kind: .base(.box), delimiter: UInt8(ascii: ";")),
        base(.polygon, "polygon"), base(.line, "line"), base(.cidr, "cidr"), base(.float4, "float4"),
        base(.float8, "float8"), base(.unknown, "unknown"), base(.circle, "circle"), base(.macaddr8, "macaddr8"),
        base(.money, "money"), base(.macaddr, "macaddr"), base(.inet, "inet"), base(.bpchar, "bpchar"),
        base(.varchar, "varchar"), base(.date, "date"), base(.time, "time"), base(.timestamp, "timestamp"),
        base(.timestamptz, "timestamptz"), base(.interval, "interval"), base(.timetz, "timetz"), base(.bit, "bit"),
        base(.varbit, "varbit"), base(.numeric, "numeric"), base(.refcursor, "refcursor"),
        base(.regprocedure, "regprocedure"), base(.regoper, "regoper"), base(.regoperator, "regoperator"),
        base(.regclass, "regclass"), base(.regtype, "regtype"), base(.cstring, "cstring"), base(.void, "void"),
        base(.uuid, "uuid"), base(.pgLSN, "pg_lsn"), base(.tsvector, "tsvector"), base(.tsquery, "tsquery"),
        base(.regconfig, "regconfig"), base(.regdictionary, "regdictionary"), base(.jsonb, "jsonb"),
        base(.jsonpath, "jsonpath"), base(.regnamespace, "regnamespace"), base(.regrole, "regrole"),
        base(.regcollation, "regcollation"), base(.xid8, "xid8"),
    ]

    private static let containerTypes: [PostgresType] =
        [
            PostgresType(oid: .record, name: "record", kind: .record),
            PostgresType(oid: .int2vector, name: "int2vector", kind: .legacyVector(element: base(.int2, "int2"))),
            PostgresType(oid: .oidvector, name: "oidvector", kind: .legacyVector(element: base(.oid, "oid"))),
        ] + ranges(.int4range, .int4multirange, "int4", of: base(.int4, "int4"))
        + ranges(.numrange, .nummultirange, "num", of: base(.numeric, "numeric"))
        + ranges(.tsrange, .tsmultirange, "ts", of: base(.timestamp, "timestamp"))
        + ranges(.tstzrange, .tstzmultirange, "tstz", of: base(.timestamptz, "timestamptz"))
        + ranges(.daterange, .datemultirange, "date", of: base(.date, "date"))
        + ranges(.int8range, .int8multirange, "int8", of: base(.int8, "int8"))

    private static func base(_ oid: TypeOID, _ name: String) -> PostgresType {
        PostgresType(oid: oid, name: name, kind: .base(.named(name)))
    }

    private static func ranges(
        _ range: TypeOID,
        _ multirange: TypeOID,
        _ prefix: String,
        of subtype: PostgresType
    ) -> [PostgresType] {
        [
            PostgresType(oid: range, name: prefix + "range", kind: .range(subtype: subtype)),
            PostgresType(oid: multirange, name: prefix + "multirange", kind: .multirange(subtype: subtype)),
        ]
    }
}
