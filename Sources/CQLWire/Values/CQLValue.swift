/// A value of any type of the native protocol v4, for everything but the copy path, which never decodes.
///
/// Null is the absence of a value: `CQLValue?`. Zero bytes are something else, `empty`, for the types that allow it.
package indirect enum CQLValue: Hashable, Sendable {
    case ascii(String)
    case bigint(Int64)
    case blob([UInt8])
    case boolean(Bool)
    case counter(Int64)
    /// Days since 1970-01-01.
    case date(Int32)
    case decimal(CQLDecimal)
    case double(Double)
    case duration(CQLDuration)
    case float(Float)
    case inet(CQLInet)
    case int(Int32)
    case smallint(Int16)
    case text(String)
    /// Nanoseconds since midnight.
    case time(Int64)
    /// Milliseconds since 1970-01-01 00:00 UTC.
    case timestamp(Int64)
    case timeuuid(CQLUUID)
    case tinyint(Int8)
    case uuid(CQLUUID)
    case varint(CQLVarint)
    case list([CQLValue?])
    case set([CQLValue?])
    /// Entries in the order of the bytes.
    case map([MapEntry])
    case tuple([CQLValue?])
    case userDefined([FieldValue])
    /// The bytes of a type that is known by its class name only.
    case custom([UInt8])
    /// Zero bytes of a type other than text, ascii, blob and custom.
    case empty

    /// A key with its value; only malformed or foreign data has null here.
    package struct MapEntry: Hashable, Sendable {
        package var key: CQLValue?
        package var value: CQLValue?

        package init(key: CQLValue?, value: CQLValue?) {
            self.key = key
            self.value = value
        }
    }

    /// A part of a user-defined type with its name.
    package struct FieldValue: Hashable, Sendable {
        package var name: String
        package var value: CQLValue?

        package init(name: String, value: CQLValue?) {
            self.name = name
            self.value = value
        }
    }
}
