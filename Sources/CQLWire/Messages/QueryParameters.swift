package import WireKit

/// The values bound to a statement's markers.
package enum QueryValues: Hashable, Sendable {
    /// One value per marker, in order.
    case positional([CQLValueBytes])
    /// Values by the names of their markers; the protocol calls them names for values.
    case named([NamedValue])

    /// A value with the name of its marker.
    package struct NamedValue: Hashable, Sendable {
        package var name: String
        package var value: CQLValueBytes

        package init(name: String, value: CQLValueBytes) {
            self.name = name
            self.value = value
        }
    }

    /// The number of values.
    package var count: Int {
        switch self {
        case .positional(let values): values.count
        case .named(let values): values.count
        }
    }
}

/// Where a paged query left off: bytes that only the server understands.
package struct PagingState: Hashable, Sendable {
    package let bytes: ArraySlice<UInt8>

    package init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }
}

/// How a statement is to be run (native protocol v4, section 4.1.4).
package struct QueryParameters: Hashable, Sendable {
    package var consistency: Consistency
    package var values: QueryValues?
    /// The client has the result's metadata from PREPARE and does not want it again.
    package var skipsMetadata = false
    package var pageSize: Int32?
    package var pagingState: PagingState?
    package var serialConsistency: Consistency?
    /// Microseconds since 1970, in place of the server's clock.
    package var defaultTimestamp: Int64?

    package init(
        consistency: Consistency,
        values: QueryValues? = nil,
        skipsMetadata: Bool = false,
        pageSize: Int32? = nil,
        pagingState: PagingState? = nil,
        serialConsistency: Consistency? = nil,
        defaultTimestamp: Int64? = nil
    ) {
        self.consistency = consistency
        self.values = values
        self.skipsMetadata = skipsMetadata
        self.pageSize = pageSize
        self.pagingState = pagingState
        self.serialConsistency = serialConsistency
        self.defaultTimestamp = defaultTimestamp
    }

    /// The parameters' flag byte.
    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        package static let values = Flags(rawValue: 0x01)
        package static let skipMetadata = Flags(rawValue: 0x02)
        package static let pageSize = Flags(rawValue: 0x04)
        package static let pagingState = Flags(rawValue: 0x08)
        package static let serialConsistency = Flags(rawValue: 0x10)
        package static let defaultTimestamp = Flags(rawValue: 0x20)
        package static let namesForValues = Flags(rawValue: 0x40)
    }

    /// The flags that these parameters set.
    package var flags: Flags {
        var flags: Flags = []
        switch values {
        case nil: break
        case .positional: flags.insert(.values)
        case .named: flags.formUnion([.values, .namesForValues])
        }
        if skipsMetadata { flags.insert(.skipMetadata) }
        if pageSize != nil { flags.insert(.pageSize) }
        if pagingState != nil { flags.insert(.pagingState) }
        if serialConsistency != nil { flags.insert(.serialConsistency) }
        if defaultTimestamp != nil { flags.insert(.defaultTimestamp) }
        return flags
    }

    /// Reads the parameters that end a QUERY or EXECUTE.
    ///
    /// - Throws: `WireError` when bytes are missing or a consistency or flag is unknown.
    package static func decode(
        from reader: inout ByteReader,
        version: ProtocolVersion
    ) throws(WireError) -> QueryParameters {
        var parameters = QueryParameters(consistency: try reader.readConsistency("consistency"))
        let start = reader
        let flags = Flags(rawValue: try reader.readByte("query flags"))
        guard flags.rawValue & 0x80 == 0 else {
            throw start.error(.invalidValue("flag 0x80 belongs to a later version"), "query flags")
        }
        if flags.contains(.values) {
            parameters.values =
                flags.contains(.namesForValues)
                ? .named(try QueryValues.decodeNamed(from: &reader, version: version))
                : .positional(try QueryValues.decodePositional(from: &reader, version: version))
        }
        parameters.skipsMetadata = flags.contains(.skipMetadata)
        if flags.contains(.pageSize) { parameters.pageSize = try reader.readInt("result page size") }
        if flags.contains(.pagingState) {
            parameters.pagingState = try reader.readNullableBytes("paging state").map(PagingState.init)
        }
        if flags.contains(.serialConsistency) {
            parameters.serialConsistency = try reader.readConsistency("serial consistency")
        }
        if flags.contains(.defaultTimestamp) { parameters.defaultTimestamp = try reader.readInteger("timestamp") }
        return parameters
    }

    /// Writes the parameters.
    ///
    /// - Throws: `WireError` when there are too many values or one cannot be written in this version.
    package func encode(into writer: inout ByteWriter, version: ProtocolVersion) throws(WireError) {
        writer.writeInteger(consistency.rawValue)
        writer.writeInteger(flags.rawValue)
        try values?.encode(into: &writer, version: version)
        if let pageSize { writer.writeInteger(pageSize) }
        if let pagingState { try writer.writeNullableBytes(pagingState.bytes, "paging state") }
        if let serialConsistency { writer.writeInteger(serialConsistency.rawValue) }
        if let defaultTimestamp { writer.writeInteger(defaultTimestamp) }
    }
}

extension QueryValues {
    static func decodePositional(
        from reader: inout ByteReader,
        version: ProtocolVersion
    ) throws(WireError) -> [CQLValueBytes] {
        let count = try reader.readElementCount("values", minimumElementSize: 4)
        var values: [CQLValueBytes] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try reader.readValue("value", version: version)) }
        return values
    }

    static func decodeNamed(
        from reader: inout ByteReader,
        version: ProtocolVersion
    ) throws(WireError) -> [NamedValue] {
        let count = try reader.readElementCount("values", minimumElementSize: 6)
        var values: [NamedValue] = []
        values.reserveCapacity(count)
        for _ in 0..<count {
            let name = try reader.readString("value name")
            values.append(NamedValue(name: name, value: try reader.readValue("value", version: version)))
        }
        return values
    }

    /// Writes the count and the values.
    ///
    /// - Throws: `WireError` when there are too many values or one cannot be written in this version.
    package func encode(into writer: inout ByteWriter, version: ProtocolVersion) throws(WireError) {
        try writer.writeCount(count, as: UInt16.self, "values")
        switch self {
        case .positional(let values):
            for value in values { try writer.writeValue(value, "value", version: version) }
        case .named(let values):
            for value in values {
                try writer.writeString(value.name, "value name")
                try writer.writeValue(value.value, "value", version: version)
            }
        }
    }
}
