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
    package static let int4 = Self(rawValue: 23)
    package static let text = Self(rawValue: 25)
    package static let oid = Self(rawValue: 26)
    package static let json = Self(rawValue: 114)
    package static let xml = Self(rawValue: 142)
    package static let cidr = Self(rawValue: 650)
    package static let float4 = Self(rawValue: 700)
    package static let float8 = Self(rawValue: 701)
    package static let unknown = Self(rawValue: 705)
    package static let macaddr8 = Self(rawValue: 774)
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
    package static let numeric = Self(rawValue: 1700)
    package static let uuid = Self(rawValue: 2950)
    package static let jsonb = Self(rawValue: 3802)
}

/// Array types, by the type of their elements.
extension TypeOID {
    package static let boolArray = Self(rawValue: 1000)
    package static let byteaArray = Self(rawValue: 1001)
    package static let charArray = Self(rawValue: 1002)
    package static let nameArray = Self(rawValue: 1003)
    package static let int2Array = Self(rawValue: 1005)
    package static let int4Array = Self(rawValue: 1007)
    package static let textArray = Self(rawValue: 1009)
    package static let bpcharArray = Self(rawValue: 1014)
    package static let varcharArray = Self(rawValue: 1015)
    package static let int8Array = Self(rawValue: 1016)
    package static let float4Array = Self(rawValue: 1021)
    package static let float8Array = Self(rawValue: 1022)
    package static let oidArray = Self(rawValue: 1028)
    package static let macaddrArray = Self(rawValue: 1040)
    package static let inetArray = Self(rawValue: 1041)
    package static let timestampArray = Self(rawValue: 1115)
    package static let dateArray = Self(rawValue: 1182)
    package static let timeArray = Self(rawValue: 1183)
    package static let timestamptzArray = Self(rawValue: 1185)
    package static let intervalArray = Self(rawValue: 1187)
    package static let numericArray = Self(rawValue: 1231)
    package static let timetzArray = Self(rawValue: 1270)
    package static let jsonArray = Self(rawValue: 199)
    package static let xmlArray = Self(rawValue: 143)
    package static let cidrArray = Self(rawValue: 651)
    package static let macaddr8Array = Self(rawValue: 775)
    package static let uuidArray = Self(rawValue: 2951)
    package static let jsonbArray = Self(rawValue: 3807)

    /// The element types by array type.
    private static let elements: [TypeOID: TypeOID] = [
        .boolArray: .bool, .byteaArray: .bytea, .charArray: .char, .nameArray: .name, .int2Array: .int2,
        .int4Array: .int4, .textArray: .text, .bpcharArray: .bpchar, .varcharArray: .varchar, .int8Array: .int8,
        .float4Array: .float4, .float8Array: .float8, .oidArray: .oid, .macaddrArray: .macaddr, .inetArray: .inet,
        .timestampArray: .timestamp, .dateArray: .date, .timeArray: .time, .timestamptzArray: .timestamptz,
        .intervalArray: .interval, .numericArray: .numeric, .timetzArray: .timetz, .jsonArray: .json,
        .xmlArray: .xml, .cidrArray: .cidr, .macaddr8Array: .macaddr8, .uuidArray: .uuid, .jsonbArray: .jsonb,
    ]

    /// The type of the elements if this is a built-in array type.
    package var element: TypeOID? { Self.elements[self] }
}
