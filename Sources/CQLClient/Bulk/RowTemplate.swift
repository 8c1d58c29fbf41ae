package import CQLWire
import WireKit

/// How rows travel: each in an EXECUTE frame of its own, or several in an UNLOGGED BATCH frame.
package struct RowGrouping: Hashable, Sendable {
    /// Rows of a batch at most; 1 sends EXECUTE frames.
    package var rowLimit: Int
    /// Bytes of a batch frame at most, unless one row alone is longer; servers warn of, and refuse, large batches.
    package var byteLimit: Int

    /// Below what servers warn of by default (`batch_size_warn_threshold_in_kb`: 5).
    package static let defaultByteLimit = 5000

    package init(rowLimit: Int = 1, byteLimit: Int = Self.defaultByteLimit) {
        self.rowLimit = min(max(1, rowLimit), Int(UInt16.max))
        self.byteLimit = max(1, byteLimit)
    }

    package var isBatching: Bool { rowLimit > 1 }
}

/// The bytes that every row of a statement shares, in memory of their own.
///
/// An EXECUTE frame (native protocol v4, section 4.1.4) is `<id><consistency><flags>[<n><value>…][<timestamp>]`: the
/// prefix reaches from the header to the flags, which say that values and a default timestamp follow, so that the
/// values stay as the source ordered them and the timestamp comes last. Stream and length are filled in per frame.
///
/// A BATCH frame (section 4.1.5) is `<type><n>[<kind><id><n><value>…]…<consistency><flags>[<timestamp>]`: the prefix is
/// the kind and the id of an entry, and `<n><value>…` is the same as in EXECUTE.
package final class RowTemplate {
    /// Values (0x01) and default timestamp (0x20).
    static let executeFlags: UInt8 = 0x21
    /// Default timestamp.
    static let batchFlags: UInt8 = 0x20
    /// The timestamp that ends a frame.
    package static let timestampByteCount = 8
    /// Of a BATCH frame: header, type and number of entries.
    static let batchHeaderByteCount = FrameHeader.byteCount + 3
    /// Of a BATCH frame: consistency, flags and timestamp.
    static let batchTrailerByteCount = 11

    package let prefix: UnsafeMutableRawPointer
    package let prefixByteCount: Int
    package let isBatching: Bool
    /// The statement's id, as long as it says in front of it.
    let id: [UInt8]
    private let consistency: Consistency
    private let version: UInt8

    /// - Parameters:
    ///   - id: the prepared statement's id.
    ///   - consistency: of the writes.
    ///   - version: the protocol version in use, 3 or 4.
    ///   - isBatching: for entries of BATCH frames instead of EXECUTE frames.
    package init(id: [UInt8], consistency: Consistency, version: UInt8, isBatching: Bool = false) {
        self.id = id
        self.consistency = consistency
        self.version = version
        self.isBatching = isBatching
        var writer = ByteWriter()
        if isBatching {
            // A prepared statement (1), not a text (0).
            writer.writeInteger(UInt8(1))
        } else {
            writer.writeBytes(Self.header(.execute, version))
        }
        writer.writeInteger(UInt16(truncatingIfNeeded: id.count))
        writer.writeBytes(id)
        if !isBatching {
            writer.writeInteger(consistency.rawValue)
            writer.writeInteger(Self.executeFlags)
        }
        prefixByteCount = writer.count
        prefix = .allocate(byteCount: writer.count + RawBuffer.slack, alignment: 16)
        prefix.initializeMemory(as: UInt8.self, repeating: 0, count: writer.count + RawBuffer.slack)
        prefix.copyMemory(from: writer.bytes, byteCount: writer.count)
    }

    deinit { prefix.deallocate() }

    /// The same for rows that travel alone.
    var single: RowTemplate {
        isBatching ? RowTemplate(id: id, consistency: consistency, version: version) : self
    }

    private static func header(_ opcode: Opcode.Request, _ version: UInt8) -> [UInt8] {
        [version, 0, 0, 0, opcode.rawValue, 0, 0, 0, 0]
    }

    /// Begins a BATCH frame.
    func writeBatchHeader(at frame: UnsafeMutableRawPointer) {
        frame.storeBytes(of: version, as: UInt8.self)
        frame.storeBytes(of: 0, toByteOffset: 1, as: UInt8.self)
        frame.storeBytes(of: Opcode.Request.batch.rawValue, toByteOffset: 4, as: UInt8.self)
        // UNLOGGED: the rows share a node and a shard, not necessarily a partition, and need not appear at once.
        frame.storeBytes(of: 1, toByteOffset: FrameHeader.byteCount, as: UInt8.self)
    }

    /// Ends a BATCH frame.
    func writeBatchTrailer(
        of frame: UnsafeMutableRawPointer,
        at end: UnsafeMutableRawPointer,
        rowCount: Int,
        timestamp: Int64
    ) {
        (frame + (FrameHeader.byteCount + 1)).storeBigEndian(UInt16(truncatingIfNeeded: rowCount))
        end.storeBigEndian(consistency.rawValue)
        end.storeBytes(of: Self.batchFlags, toByteOffset: 2, as: UInt8.self)
        (end + 3).storeBigEndian(timestamp)
    }

    /// Puts another id of the same length, and another version, into a frame that was written with this template.
    func renew(_ frame: UnsafeMutableRawBufferPointer, id: [UInt8], version: UInt8) {
        guard let base = frame.baseAddress, id.count == self.id.count else { return }
        base.storeBytes(of: version, as: UInt8.self)
        if frame[4] == Opcode.Request.execute.rawValue {
            (base + FrameHeader.byteCount + 2).copyMemory(from: id, byteCount: id.count)
            return
        }
        for row in rows(of: UnsafeRawBufferPointer(frame)) {
            (base + (row.lowerBound - id.count)).copyMemory(from: id, byteCount: id.count)
        }
    }

    /// Where the rows' `<n><value>…` lie in a frame that was written with this template, or with `single`.
    func rows(of frame: UnsafeRawBufferPointer) -> [Range<Int>] {
        let end = frame.count - Self.timestampByteCount
        if frame[4] == Opcode.Request.execute.rawValue {
            let start = FrameHeader.byteCount + 2 + id.count + 3
            return start <= end ? [start..<end] : []
        }
        guard let base = frame.baseAddress else { return [] }
        let rowCount = Int(base.loadBigEndian(UInt16.self, at: FrameHeader.byteCount + 1))
        var rows: [Range<Int>] = []
        var offset = Self.batchHeaderByteCount
        for _ in 0..<rowCount {
            let start = offset + 3 + id.count
            offset = start + 2
            for _ in 0..<Int(base.loadBigEndian(UInt16.self, at: start)) {
                offset += 4 + max(0, Int(base.loadBigEndian(Int32.self, at: offset)))
            }
            rows.append(start..<offset)
        }
        return rows
    }

    /// The default timestamp of a frame that was written with this template.
    func timestamp(of frame: UnsafeRawBufferPointer) -> Int64 {
        frame.baseAddress?.loadBigEndian(Int64.self, at: frame.count - Self.timestampByteCount) ?? 0
    }
}
