import WireKit

/// RESULT: what a statement returned (native protocol v4, section 4.2.5).
package enum ResultResponse: Hashable, Sendable {
    case void
    case rows(Rows)
    case setKeyspace(String)
    case prepared(PreparedResult)
    case schemaChange(SchemaChange)

    /// The number that a RESULT starts with.
    package enum Kind: Int32, CaseIterable, Sendable {
        case void = 0x0001
        case rows = 0x0002
        case setKeyspace = 0x0003
        case prepared = 0x0004
        case schemaChange = 0x0005
    }

    /// This result's kind.
    package var kind: Kind {
        switch self {
        case .void: .void
        case .rows: .rows
        case .setKeyspace: .setKeyspace
        case .prepared: .prepared
        case .schemaChange: .schemaChange
        }
    }

    static func decode(
        from reader: inout ByteReader,
        version: ProtocolVersion,
        extensions: ProtocolExtensions
    ) throws(WireError) -> ResultResponse {
        let start = reader
        let code = try reader.readInt("result kind")
        guard let kind = Kind(rawValue: code) else { throw start.error(.unknownCode(Int(code)), "result kind") }
        switch kind {
        case .void: return .void
        case .rows: return .rows(try Rows.decode(from: &reader, version: version))
        case .setKeyspace: return .setKeyspace(try reader.readString("keyspace"))
        case .prepared:
            return .prepared(try PreparedResult.decode(from: &reader, version: version, extensions: extensions))
        case .schemaChange: return .schemaChange(try SchemaChange.decode(from: &reader, version: version))
        }
    }

    func encode(into writer: inout ByteWriter, version: ProtocolVersion) throws(WireError) {
        writer.writeInteger(kind.rawValue)
        switch self {
        case .void: break
        case .rows(let rows): try rows.encode(into: &writer, version: version)
        case .setKeyspace(let keyspace): try writer.writeString(keyspace, "keyspace")
        case .prepared(let prepared): try prepared.encode(into: &writer, version: version)
        case .schemaChange(let change): try change.encode(into: &writer, version: version)
        }
    }
}
