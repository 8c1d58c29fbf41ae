/// The OID of a data type; user-defined types have OIDs of their own.
///
/// PostgreSQL source, `src/include/catalog/pg_type.dat`: these OIDs never change.
package struct TypeOID: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Left to the server.
    package static let unspecified = Self(rawValue: 0)
    package static let bool = Self(rawValue: 16)
    package static let bytea = Self(rawValue: 17)
    /// The one-byte type `"char"`.
    package static let char = Self(rawValue: 18)
    package static let name = Self(rawValue: 19)
    package static let int8 = Self(rawValue: 20)
    package static let int2 = Self(rawValue: 21)
    package static let int2vector = Self(rawValue: 22)
    package static let int4 = Self(rawValue: 23)
    package static let regproc = Self(rawValue: 24)
    package static let text = Self(rawValue: 25)
    package static let oid = Self(rawValue: 26)
    package static let tid = Self(rawValue: 27)
    package static let xid = Self(rawValue: 28)
    package static let cid = Self(rawValue: 29)
    package static let oidvector = Self(rawValue: 30)
    package static let json = Self(rawValue: 114)
    package static let xml = Self(rawValue: 142)
    package static let point = Self(rawValue: 600)
    package static let lseg = Self(rawValue: 601)
    package static let path = Self(rawValue: 602)
    package static let box = Self(rawValue: 603)
    package static let polygon = Self(rawValue: 604)
    package static let line = Self(rawValue: 628)
    package static let cidr = Self(rawValue: 650)
    package static let float4 = Self(rawValue: 700)
    package static let float8 = Self(rawValue: 701)
    /// A literal whose type was not decided.
    package static let unknown = Self(rawValue: 705)
    package static let circle = Self(rawValue: 718)
    package static let macaddr8 = Self(rawValue: 774)
    package static let money = Self(rawValue: 790)
    package static let macaddr = Self(rawValue: 829)
    package static let inet = Self(rawValue: 869)
    /// `character(n)`.
    package static let bpchar = Self(rawValue: 1042)
    package static let varchar = Self(rawValue: 1043)
    package static let date = Self(rawValue: 1082)
    package static let time = Self(rawValue: 1083)
    package static let timestamp = Self(rawValue: 1114)
    package static let timestamptz = Self(rawValue: 1184)
    package static let interval = Self(rawValue: 1186)
    package static let timetz = Self(rawValue: 1266)
    /// `bit(n)`.
    package static let bit = Self(rawValue: 1560)
    /// `bit varying`.
    package static let varbit = Self(rawValue: 1562)
    package static let numeric = Self(rawValue: 1700)
    package static let refcursor = Self(rawValue: 1790)
    package static let regprocedure = Self(rawValue: 2202)
    package static let regoper = Self(rawValue: 2203)
    package static let regoperator = Self(rawValue: 2204)
    package static let regclass = Self(rawValue: 2205)
    package static let regtype = Self(rawValue: 2206)
    package static let record = Self(rawValue: 2249)
    package static let cstring = Self(rawValue: 2275)
    package static let void = Self(rawValue: 2278)
    package static let uuid = Self(rawValue: 2950)
    package static let pgLSN = Self(rawValue: 3220)
    package static let tsvector = Self(rawValue: 3614)
    package static let tsquery = Self(rawValue: 3615)
    package static let regconfig = Self(rawValue: 3734)
    package static let regdictionary = Self(rawValue: 3769)
    package static let jsonb = Self(rawValue: 3802)
    package static let int4range = Self(rawValue: 3904)
    package static let numrange = Self(rawValue: 3906)
    package static let tsrange = Self(rawValue: 3908)
    package static let tstzrange = Self(rawValue: 3910)
    package static let daterange = Self(rawValue: 3912)
    package static let int8range = Self(rawValue: 3926)
    package static let jsonpath = Self(rawValue: 4072)
    package static let regnamespace = Self(rawValue: 4089)
    package static let regrole = Self(rawValue: 4096)
    package static let regcollation = Self(rawValue: 4191)
    package static let int4multirange = Self(rawValue: 4451)
    package static let nummultirange = Self(rawValue: 4532)
    package static let tsmultirange = Self(rawValue: 4533)
    package static let tstzmultirange = Self(rawValue: 4534)
    package static let datemultirange = Self(rawValue: 4535)
    package static let int8multirange = Self(rawValue: 4536)
    package static let xid8 = Self(rawValue: 5069)
}

/// Array types, by the type of their elements.
extension TypeOID {
    package static let boolArray = Self(rawValue: 1000)
    package static let byteaArray = Self(rawValue: 1001)
    package static let charArray = Self(rawValue: 1002)
    package static let nameArray = Self(rawValue: 1003)
    package static let int8Array = Self(rawValue: 1016)
    package static let int2Array = Self(rawValue: 1005)
    package static let int2vectorArray = Self(rawValue: 1006)
    package static let int4Array = Self(rawValue: 1007)
    package static let regprocArray = Self(rawValue: 1008)
    package static let textArray = Self(rawValue: 1009)
    package static let oidArray = Self(rawValue: 1028)
    package static let tidArray = Self(rawValue: 1010)
    package static let xidArray = Self(rawValue: 1011)
    package static let cidArray = Self(rawValue: 1012)
    package static let oidvectorArray = Self(rawValue: 1013)
    package static let jsonArray = Self(rawValue: 199)
    package static let xmlArray = Self(rawValue: 143)
    package static let pointArray = Self(rawValue: 1017)
    package static let lsegArray = Self(rawValue: 1018)
    package static let pathArray = Self(rawValue: 1019)
    package static let boxArray = Self(rawValue: 1020)
    package static let polygonArray = Self(rawValue: 1027)
    package static let lineArray = Self(rawValue: 629)
    package static let cidrArray = Self(rawValue: 651)
    package static let float4Array = Self(rawValue: 1021)
    package static let float8Array = Self(rawValue: 1022)
    package static let circleArray = Self(rawValue: 719)
    package static let macaddr8Array = Self(rawValue: 775)
    package static let moneyArray = Self(rawValue: 791)
    package static let macaddrArray = Self(rawValue: 1040)
    package static let inetArray = Self(rawValue: 1041)
    package static let bpcharArray = Self(rawValue: 1014)
    package static let varcharArray = Self(rawValue: 1015)
    package static let dateArray = Self(rawValue: 1182)
    package static let timeArray = Self(rawValue: 1183)
    package static let timestampArray = Self(rawValue: 1115)
    package static let timestamptzArray = Self(rawValue: 1185)
    package static let intervalArray = Self(rawValue: 1187)
    package static let timetzArray = Self(rawValue: 1270)
    package static let bitArray = Self(rawValue: 1561)
    package static let varbitArray = Self(rawValue: 1563)
    package static let numericArray = Self(rawValue: 1231)
    package static let refcursorArray = Self(rawValue: 2201)
    package static let regprocedureArray = Self(rawValue: 2207)
    package static let regoperArray = Self(rawValue: 2208)
    package static let regoperatorArray = Self(rawValue: 2209)
    package static let regclassArray = Self(rawValue: 2210)
    package static let regtypeArray = Self(rawValue: 2211)
    package static let recordArray = Self(rawValue: 2287)
    package static let cstringArray = Self(rawValue: 1263)
    package static let uuidArray = Self(rawValue: 2951)
    package static let pgLSNArray = Self(rawValue: 3221)
    package static let tsvectorArray = Self(rawValue: 3643)
    package static let tsqueryArray = Self(rawValue: 3645)
    package static let regconfigArray = Self(rawValue: 3735)
    package static let regdictionaryArray = Self(rawValue: 3770)
    package static let jsonbArray = Self(rawValue: 3807)
    package static let int4rangeArray = Self(rawValue: 3905)
    package static let numrangeArray = Self(rawValue: 3907)
    package static let tsrangeArray = Self(rawValue: 3909)
    package static let tstzrangeArray = Self(rawValue: 3911)
    package static let daterangeArray = Self(rawValue: 3913)
    package static let int8rangeArray = Self(rawValue: 3927)
    package static let jsonpathArray = Self(rawValue: 4073)
    package static let regnamespaceArray = Self(rawValue: 4090)
    package static let regroleArray = Self(rawValue: 4097)
    package static let regcollationArray = Self(rawValue: 4192)
    package static let int4multirangeArray = Self(rawValue: 6150)
    package static let nummultirangeArray = Self(rawValue: 6151)
    package static let tsmultirangeArray = Self(rawValue: 6152)
    package static let tstzmultirangeArray = Self(rawValue: 6153)
    package static let datemultirangeArray = Self(rawValue: 6155)
    package static let int8multirangeArray = Self(rawValue: 6157)
    package static let xid8Array = Self(rawValue: 271)

    /// Each array type with the type of its elements.
    static let arrays: [(array: TypeOID, element: TypeOID)] = [
        (.boolArray, .bool), (.byteaArray, .bytea), (.charArray, .char), (.nameArray, .name), (.int8Array, .int8),
        (.int2Array, .int2), (.int2vectorArray, .int2vector), (.int4Array, .int4), (.regprocArray, .regproc),
        (.textArray, .text), (.oidArray, .oid), (.tidArray, .tid), (.xidArray, .xid), (.cidArray, .cid),
        (.oidvectorArray, .oidvector), (.jsonArray, .json), (.xmlArray, .xml), (.pointArray, .point),
        (.lsegArray, .lseg), (.pathArray, .path), (.boxArray, .box), (.polygonArray, .polygon), (.lineArray, .line),
        (.cidrArray, .cidr), (.float4Array, .float4), (.float8Array, .float8), (.circleArray, .circle),
        (.macaddr8Array, .macaddr8), (.moneyArray, .money), (.macaddrArray, .macaddr), (.inetArray, .inet),
        (.bpcharArray, .bpchar), (.varcharArray, .varchar), (.dateArray, .date), (.timeArray, .time),
        (.timestampArray, .timestamp), (.timestamptzArray, .timestamptz), (.intervalArray, .interval),
        (.timetzArray, .timetz), (.bitArray, .bit), (.varbitArray, .varbit), (.numericArray, .numeric),
        (.refcursorArray, .refcursor), (.regprocedureArray, .regprocedure), (.regoperArray, .regoper),
        (.regoperatorArray, .regoperator), (.regclassArray, .regclass), (.regtypeArray, .regtype),
        (.recordArray, .record), (.cstringArray, .cstring), (.uuidArray, .uuid), (.pgLSNArray, .pgLSN),
        (.tsvectorArray, .tsvector), (.tsqueryArray, .tsquery), (.regconfigArray, .regconfig),
        (.regdictionaryArray, .regdictionary), (.jsonbArray, .jsonb), (.int4rangeArray, .int4range),
        (.numrangeArray, .numrange), (.tsrangeArray, .tsrange), (.tstzrangeArray, .tstzrange),
        (.daterangeArray, .daterange), (.int8rangeArray, .int8range), (.jsonpathArray, .jsonpath),
        (.regnamespaceArray, .regnamespace), (.regroleArray, .regrole), (.regcollationArray, .regcollation),
        (.int4multirangeArray, .int4multirange), (.nummultirangeArray, .nummultirange),
        (.tsmultirangeArray, .tsmultirange), (.tstzmultirangeArray, .tstzmultirange),
        (.datemultirangeArray, .datemultirange), (.int8multirangeArray, .int8multirange), (.xid8Array, .xid8),
    ]

    private static let elements = Dictionary(uniqueKeysWithValues: arrays.map { ($0.array, $0.element) })

    /// The type of the elements if this is a built-in array type.
    package var element: TypeOID? { Self.elements[self] }
}
