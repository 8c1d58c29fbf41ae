package import WireKit

extension PgOutputMessage {
    /// A table's description, sent before its first change and again when it may have changed.
    package struct Relation: Hashable, Sendable, MessageBody {
        /// How old rows are identified in updates and deletes (`pg_class.relreplident`).
        package enum ReplicaIdentity: UInt8, Sendable {
            /// By the primary key.
            case primaryKey = 0x64
            case nothing = 0x6E
            /// By the whole row.
            case full = 0x66
            /// By a chosen unique index.
            case index = 0x69
        }

        /// One published column.
        package struct Column: Hashable, Sendable, MessageBody {
            /// Bit 0: part of the replica identity.
            package var flags: UInt8
            package var name: String
            package var type: TypeOID
            package var typeModifier: Int32

            package var isPartOfKey: Bool { flags & 1 != 0 }

            package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
                Self(
                    flags: try reader.readInteger("column flags", as: UInt8.self),
                    name: try reader.readNullTerminatedString("column name"),
                    type: TypeOID(rawValue: try reader.readID("column type OID")),
                    typeModifier: try reader.readInteger("column type modifier", as: Int32.self)
                )
            }

            package func encode(into writer: inout ByteWriter) {
                writer.writeInteger(flags)
                writer.writeNullTerminated(name)
                writer.writeInteger(type.rawValue)
                writer.writeInteger(typeModifier)
            }
        }

        package var oid: UInt32
        /// The schema's name; empty on the wire, and here, for `pg_catalog`.
        package var namespace: String
        package var name: String
        package var replicaIdentity: ReplicaIdentity
        package var columns: [Column]

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            let oid = try reader.readID("relation OID")
            let namespace = try reader.readNullTerminatedString("relation namespace")
            let name = try reader.readNullTerminatedString("relation name")
            let at = reader.offset
            let code = try reader.readInteger("replica identity", as: UInt8.self)
            guard let identity = ReplicaIdentity(rawValue: code) else {
                throw WireError(.unknownCode(Int(code)), field: "replica identity", offset: at)
            }
            let count = try reader.readCount("relation column count", itemByteCount: 10)
            var columns: [Column] = []
            columns.reserveCapacity(count)
            for _ in 0..<count { columns.append(try Column.decode(from: &reader)) }
            return Self(oid: oid, namespace: namespace, name: name, replicaIdentity: identity, columns: columns)
        }

        package func encode(into writer: inout ByteWriter) {
            writer.writeInteger(oid)
            writer.writeNullTerminated(namespace)
            writer.writeNullTerminated(name)
            writer.writeInteger(replicaIdentity.rawValue)
            writer.writeInteger(Int16(columns.count))
            for column in columns { column.encode(into: &writer) }
        }
    }

    /// The name of a type that is not built in, sent before the first Relation that uses it.
    package struct TypeName: Hashable, Sendable, MessageBody {
        package var oid: TypeOID
        /// The schema's name; empty for `pg_catalog`.
        package var namespace: String
        package var name: String

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            Self(
                oid: TypeOID(rawValue: try reader.readID("type OID")),
                namespace: try reader.readNullTerminatedString("type namespace"),
                name: try reader.readNullTerminatedString("type name")
            )
        }

        package func encode(into writer: inout ByteWriter) {
            writer.writeInteger(oid.rawValue)
            writer.writeNullTerminated(namespace)
            writer.writeNullTerminated(name)
        }
    }
}
