import CQLWire
import WireKit

/// Where a page ended, so that the next one goes on there whatever was written meanwhile.
struct PagingPosition: Equatable {
    /// The first byte of every state, in case its layout ever changes.
    private static let formatVersion: UInt8 = 1

    /// The partition of the last row.
    let partitionKey: [UInt8]
    /// The last row in it; empty without clustering columns, and when the partition is done.
    let clusteringKey: [UInt8]
    /// Rows that LIMIT still allows.
    var remaining: Int32
    /// Rows that PER PARTITION LIMIT still allows in this partition.
    var remainingInPartition: Int32

    /// The paging state that a client gives back.
    var state: PagingState {
        var writer = ByteWriter()
        writer.writeInteger(Self.formatVersion)
        writer.writeInteger(remaining)
        writer.writeInteger(remainingInPartition)
        // A partition key is at most 65535 bytes long.
        writer.writeInteger(UInt16(truncatingIfNeeded: partitionKey.count))
        writer.writeBytes(partitionKey)
        writer.writeBytes(clusteringKey)
        return PagingState(bytes: writer.bytes[...])
    }

    init(partitionKey: [UInt8], clusteringKey: [UInt8], remaining: Int32, remainingInPartition: Int32) {
        self.partitionKey = partitionKey
        self.clusteringKey = clusteringKey
        self.remaining = remaining
        self.remainingInPartition = remainingInPartition
    }

    /// Reads a state that a client sent.
    ///
    /// - Throws: `StatementError` (protocol violation) for bytes that this node did not make.
    init(_ bytes: ArraySlice<UInt8>, clusteringCount: Int) throws(StatementError) {
        do throws(WireError) {
            var reader = ByteReader(bytes)
            let version = try reader.readByte("format")
            remaining = try reader.readInt("remaining")
            remainingInPartition = try reader.readInt("remaining in partition")
            partitionKey = Array(try reader.readShortBytes("partition key"))
            clusteringKey = Array(reader.rest)
            guard version == Self.formatVersion, remaining > 0, remainingInPartition >= 0,
                Self.isClusteringKey(clusteringKey, count: clusteringCount)
            else { throw reader.error(.invalidValue("not from this node"), "paging state") }
        } catch {
            throw StatementError(.protocolViolation, "Invalid value for the paging state")
        }
    }

    /// Whether the bytes are `count` values with their lengths, so that comparing them cannot go astray.
    private static func isClusteringKey(_ key: [UInt8], count: Int) -> Bool {
        var position = 0
        var values = 0
        while position < key.count {
            var length = 0
            var shift = 0
            repeat {
                guard position < key.count, shift <= 28 else { return false }
                length |= Int(key[position] & 0x7F) << shift
                shift += 7
                position += 1
            } while key[position - 1] >= 0x80
            guard length <= key.count - position else { return false }
            position += length
            values += 1
        }
        // None: the partition was returned for its static columns, or is one row.
        return values == count || values == 0
    }
}
