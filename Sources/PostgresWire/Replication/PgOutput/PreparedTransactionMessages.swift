package import WireKit

/// Protocol version 3: two-phase commit, for slots that were made for it.
extension PgOutputMessage {
    /// The start of a transaction that was prepared; its changes follow.
    package struct BeginPrepare: Hashable, Sendable, MessageBody {
        package var prepareLSN: LogSequenceNumber
        package var endLSN: LogSequenceNumber
        package var preparedAt: PostgresClockTime
        package var xid: UInt32
        /// The user's name for the transaction.
        package var gid: String

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            Self(
                prepareLSN: try reader.readPosition("prepare LSN"),
                endLSN: try reader.readPosition("end LSN"),
                preparedAt: try reader.readClockTime("prepare time"),
                xid: try reader.readID("transaction id"),
                gid: try reader.readNullTerminatedString("prepared transaction's name")
            )
        }

        package func encode(into writer: inout ByteWriter) {
            writer.writePosition(prepareLSN)
            writer.writePosition(endLSN)
            writer.writeClockTime(preparedAt)
            writer.writeInteger(xid)
            writer.writeNullTerminated(gid)
        }
    }

    /// The PREPARE TRANSACTION itself, also of a transaction that was sent in pieces (Stream Prepare).
    package struct Prepare: Hashable, Sendable, MessageBody {
        /// Unused by the protocol so far.
        package var flags: UInt8
        package var transaction: BeginPrepare

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            Self(
                flags: try reader.readInteger("prepare flags", as: UInt8.self),
                transaction: try BeginPrepare.decode(from: &reader)
            )
        }

        package func encode(into writer: inout ByteWriter) {
            writer.writeInteger(flags)
            transaction.encode(into: &writer)
        }
    }

    /// The commit of a prepared transaction, whose changes came before it.
    package struct CommitPrepared: Hashable, Sendable, MessageBody {
        package var commit: Commit
        package var xid: UInt32
        /// The user's name for the transaction.
        package var gid: String

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            Self(
                commit: try Commit.decode(from: &reader),
                xid: try reader.readID("transaction id"),
                gid: try reader.readNullTerminatedString("prepared transaction's name")
            )
        }

        package func encode(into writer: inout ByteWriter) {
            commit.encode(into: &writer)
            writer.writeInteger(xid)
            writer.writeNullTerminated(gid)
        }
    }

    /// The rollback of a prepared transaction.
    package struct RollbackPrepared: Hashable, Sendable, MessageBody {
        /// Unused by the protocol so far.
        package var flags: UInt8
        package var prepareEndLSN: LogSequenceNumber
        package var rollbackEndLSN: LogSequenceNumber
        package var preparedAt: PostgresClockTime
        package var rolledBackAt: PostgresClockTime
        package var xid: UInt32
        /// The user's name for the transaction.
        package var gid: String

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            Self(
                flags: try reader.readInteger("rollback flags", as: UInt8.self),
                prepareEndLSN: try reader.readPosition("prepare end LSN"),
                rollbackEndLSN: try reader.readPosition("rollback end LSN"),
                preparedAt: try reader.readClockTime("prepare time"),
                rolledBackAt: try reader.readClockTime("rollback time"),
                xid: try reader.readID("transaction id"),
                gid: try reader.readNullTerminatedString("prepared transaction's name")
            )
        }

        package func encode(into writer: inout ByteWriter) {
            writer.writeInteger(flags)
            writer.writePosition(prepareEndLSN)
            writer.writePosition(rollbackEndLSN)
            writer.writeClockTime(preparedAt)
            writer.writeClockTime(rolledBackAt)
            writer.writeInteger(xid)
            writer.writeNullTerminated(gid)
        }
    }
}
