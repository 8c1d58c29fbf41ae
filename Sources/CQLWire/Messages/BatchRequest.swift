import WireKit

/// BATCH: runs several statements as one (native protocol v4, section 4.1.7).
package struct BatchRequest: Hashable, Sendable {
    /// How the statements belong together.
    package enum Kind: UInt8, CaseIterable, Sendable {
        case logged = 0x00
        case unlogged = 0x01
        case counter = 0x02
    }

    /// What one entry runs.
    package enum Statement: Hashable, Sendable {
        case query(String)
        case prepared(PreparedID)
    }

    /// One statement with its values, which a batch can bind by position only.
    package struct Entry: Hashable, Sendable {
        package var statement: Statement
        package var values: [CQLValueBytes]

        package init(statement: Statement, values: [CQLValueBytes]) {
            self.statement = statement
            self.values = values
        }
    }

    package var kind: Kind
    package var entries: [Entry]
    package var consistency: Consistency
    package var serialConsistency: Consistency?
    /// Microseconds since 1970, in place of the server's clock.
    package var defaultTimestamp: Int64?

    package init(
        kind: Kind,
        entries: [Entry],
        consistency: Consistency,
        serialConsistency: Consistency? = nil,
        defaultTimestamp: Int64? = nil
    ) {
        self.kind = kind
        self.entries = entries
        self.consistency = consistency
        self.serialConsistency = serialConsistency
        self.defaultTimestamp = defaultTimestamp
    }

    static func decode(from reader: inout ByteReader, version: ProtocolVersion) throws(WireError) -> BatchRequest {
        let start = reader
        let code = try reader.readByte("batch type")
        guard let kind = Kind(rawValue: code) else { throw start.error(.unknownCode(Int(code)), "batch type") }
        let count = try reader.readElementCount("batch entries", minimumElementSize: 5)
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        for _ in 0..<count { entries.append(try Entry.decode(from: &reader, version: version)) }
        var batch = BatchRequest(
            kind: kind,
            entries: entries,
            consistency: try reader.readConsistency("consistency")
        )
        let flagsStart = reader
        let flags = QueryParameters.Flags(rawValue: try reader.readByte("batch flags"))
        guard flags.isSubset(of: [.serialConsistency, .defaultTimestamp]) else {
            throw flagsStart.error(.invalidValue("a batch takes 0x10 and 0x20 only"), "batch flags")
        }
        if flags.contains(.serialConsistency) {
            batch.serialConsistency = try reader.readConsistency("serial consistency")
        }
        if flags.contains(.defaultTimestamp) { batch.defaultTimestamp = try reader.readInteger("timestamp") }
        return batch
    }

    func encode(into writer: inout ByteWriter, version: ProtocolVersion) throws(WireError) {
        writer.writeInteger(kind.rawValue)
        try writer.writeCount(entries.count, as: UInt16.self, "batch entries")
        for entry in entries { try entry.encode(into: &writer, version: version) }
        writer.writeInteger(consistency.rawValue)
        var flags: QueryParameters.Flags = []
        if serialConsistency != nil { flags.insert(.serialConsistency) }
        if defaultTimestamp != nil { flags.insert(.defaultTimestamp) }
        writer.writeInteger(flags.rawValue)
        if let serialConsistency { writer.writeInteger(serialConsistency.rawValue) }
        if let defaultTimestamp { writer.writeInteger(defaultTimestamp) }
    }
}

extension BatchRequest.Entry {
    static func decode(
        from reader: inout ByteReader,
        version: ProtocolVersion
    ) throws(WireError) -> BatchRequest.Entry {
        let start = reader
        let kind = try reader.readByte("batch entry kind")
        let statement: BatchRequest.Statement
        switch kind {
        case 0x00: statement = .query(try reader.readLongString("query"))
        case 0x01: statement = .prepared(PreparedID(bytes: try reader.readShortBytes("prepared id")))
        default: throw start.error(.unknownCode(Int(kind)), "batch entry kind")
        }
        let values = try QueryValues.decodePositional(from: &reader, version: version)
        return BatchRequest.Entry(statement: statement, values: values)
    }

    func encode(into writer: inout ByteWriter, version: ProtocolVersion) throws(WireError) {
        switch statement {
        case .query(let query):
            writer.writeInteger(UInt8(0x00))
            try writer.writeLongString(query, "query")
        case .prepared(let id):
            writer.writeInteger(UInt8(0x01))
            try writer.writeShortBytes(id.bytes, "prepared id")
        }
        try QueryValues.positional(values).encode(into: &writer, version: version)
    }
}
