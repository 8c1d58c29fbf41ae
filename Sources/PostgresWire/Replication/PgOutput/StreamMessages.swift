package import WireKit

/// Protocol version 2: pieces of a large transaction sent while it is still open.
extension PgOutputMessage {
    /// The start of a piece; changes until StreamStop belong to this transaction.
    package struct StreamStart: Hashable, Sendable, MessageBody {
        package var xid: UInt32
        package var isFirstSegment: Bool

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            Self(
                xid: try reader.readID("transaction id"),
                isFirstSegment: try reader.readFlag("first segment")
            )
        }

        package func encode(into writer: inout ByteWriter) {
            writer.writeInteger(xid)
            writer.writeInteger(UInt8(isFirstSegment ? 1 : 0))
        }
    }

    /// The commit of a transaction that was sent in pieces.
    package struct StreamCommit: Hashable, Sendable, MessageBody {
        package var xid: UInt32
        package var commit: Commit

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            Self(xid: try reader.readID("transaction id"), commit: try Commit.decode(from: &reader))
        }

        package func encode(into writer: inout ByteWriter) {
            writer.writeInteger(xid)
            commit.encode(into: &writer)
        }
    }

    /// The rollback of a transaction, or of a savepoint, that was sent in pieces.
    package struct StreamAbort: Hashable, Sendable, MessageBody {
        /// Where and when it was rolled back: protocol version 4 with the option `streaming` set to `parallel`.
        package struct Place: Hashable, Sendable {
            package var abortLSN: LogSequenceNumber
            package var abortedAt: PostgresClockTime
        }

        package var xid: UInt32
        /// The subtransaction that is undone; the same as `xid` when all of it is.
        package var subtransaction: UInt32
        package var place: Place?

        package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
            let xid = try reader.readID("transaction id")
            let subtransaction = try reader.readID("subtransaction id")
            guard reader.remaining > 0 else { return Self(xid: xid, subtransaction: subtransaction) }
            let place = Place(
                abortLSN: try reader.readPosition("abort LSN"),
                abortedAt: try reader.readClockTime("abort time")
            )
            return Self(xid: xid, subtransaction: subtransaction, place: place)
        }

        package func encode(into writer: inout ByteWriter) {
            writer.writeInteger(xid)
            writer.writeInteger(subtransaction)
            guard let place else { return }
            writer.writePosition(place.abortLSN)
            writer.writeClockTime(place.abortedAt)
        }
    }
}
