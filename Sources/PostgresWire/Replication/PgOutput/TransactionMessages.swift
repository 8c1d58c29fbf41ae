package import WireKit

extension PgOutputMessage {
    /// The start of a transaction whose changes follow, whole.
    package struct Begin: Hashable, Sendable, MessageBody {
        /// Where the transaction's commit record is.
        package var finalLSN: LogSequenceNumber
        package var committedAt: PostgresClockTime
        package var xid: UInt32

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            Self(
                finalLSN: try reader.readPosition("final LSN"),
                committedAt: try reader.readClockTime("commit time"),
                xid: try reader.readID("transaction id")
            )
        }

        package func encode(into writer: inout ByteWriter) {
            writer.writePosition(finalLSN)
            writer.writeClockTime(committedAt)
            writer.writeInteger(xid)
        }
    }

    /// The end of a committed transaction.
    package struct Commit: Hashable, Sendable, MessageBody {
        /// Unused by the protocol so far.
        package var flags: UInt8
        package var commitLSN: LogSequenceNumber
        /// One past the transaction: what to confirm once it is applied.
        package var endLSN: LogSequenceNumber
        package var committedAt: PostgresClockTime

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            Self(
                flags: try reader.readInteger("commit flags", as: UInt8.self),
                commitLSN: try reader.readPosition("commit LSN"),
                endLSN: try reader.readPosition("end LSN"),
                committedAt: try reader.readClockTime("commit time")
            )
        }

        package func encode(into writer: inout ByteWriter) {
            writer.writeInteger(flags)
            writer.writePosition(commitLSN)
            writer.writePosition(endLSN)
            writer.writeClockTime(committedAt)
        }
    }

    /// Where a transaction that was replicated to this server came from.
    package struct Origin: Hashable, Sendable, MessageBody {
        /// Where it was committed on its origin.
        package var commitLSN: LogSequenceNumber
        package var name: String

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            Self(
                commitLSN: try reader.readPosition("origin commit LSN"),
                name: try reader.readNullTerminatedString("origin name")
            )
        }

        package func encode(into writer: inout ByteWriter) {
            writer.writePosition(commitLSN)
            writer.writeNullTerminated(name)
        }
    }

    /// A message that somebody wrote to the log with `pg_logical_emit_message`.
    package struct LogicalMessage: Hashable, Sendable, MessageBody {
        /// Bit 0: part of a transaction.
        package var flags: UInt8
        package var lsn: LogSequenceNumber
        package var prefix: String
        package var content: ArraySlice<UInt8>

        package var isTransactional: Bool { flags & 1 != 0 }

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            let flags = try reader.readInteger("message flags", as: UInt8.self)
            let lsn = try reader.readPosition("message LSN")
            let prefix = try reader.readNullTerminatedString("message prefix")
            let length = Int(try reader.readInteger("message length", as: Int32.self))
            let content = try reader.readBytes(length, "message content")
            return Self(flags: flags, lsn: lsn, prefix: prefix, content: content)
        }

        package func encode(into writer: inout ByteWriter) {
            writer.writeInteger(flags)
            writer.writePosition(lsn)
            writer.writeNullTerminated(prefix)
            writer.writeLengthPrefixed(as: Int32.self) { $0.writeBytes(content) }
        }
    }
}
