/// Types as the class names that servers use for them: in custom `[option]`s, and in the schema tables of old.
extension ColumnType {
    /// The package that a class name may leave out.
    private static let package = "org.apache.cassandra.db.marshal."

    private static let simpleClasses: [String: ColumnType] = [
        "AsciiType": .ascii, "LongType": .bigint, "BytesType": .blob, "BooleanType": .boolean,
        "CounterColumnType": .counter, "SimpleDateType": .date, "DecimalType": .decimal, "DoubleType": .double,
        "DurationType": .duration, "FloatType": .float, "InetAddressType": .inet, "Int32Type": .int,
        "ShortType": .smallint, "UTF8Type": .text, "TimeType": .time, "TimestampType": .timestamp,
        "DateType": .timestamp, "TimeUUIDType": .timeuuid, "ByteType": .tinyint, "UUIDType": .uuid,
        "IntegerType": .varint,
    ]

    /// The type behind a simple class name, with or without its package; nil when there is none.
    package init?(marshalClass name: String) {
        let short = name.hasPrefix(Self.package) ? String(name.dropFirst(Self.package.count)) : name
        guard let type = Self.simpleClasses[short] else { return nil }
        self = type
    }

    /// The server's class for a type without parameters; a type that has some keeps its CQL spelling.
    var marshalClass: String {
        let name = Self.simpleClasses.first { $0.value == self && $0.key != "DateType" }?.key
        return name.map { Self.package + $0 } ?? description
    }

    /// The type itself, or what its class name stands for.
    package var native: ColumnType {
        guard case .custom(let name) = self else { return self }
        return ColumnType(marshalClass: name) ?? self
    }
}
