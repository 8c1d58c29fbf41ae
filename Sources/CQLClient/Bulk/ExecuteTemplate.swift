package import CQLWire
import WireKit

/// The bytes that every EXECUTE frame of a statement shares, from the header to the flags.
///
/// Native protocol v4, section 4.1.4: `<id><consistency><flags>[<n><value>…][<timestamp>]`. Stream and length are
/// filled in per frame; the flags say that values and a default timestamp follow, so that the values stay as the source
/// ordered them and the timestamp comes last.
package final class ExecuteTemplate {
    /// Values (0x01) and default timestamp (0x20).
    static let queryFlags: UInt8 = 0x21
    /// Where the prepared id begins: behind the header and its own length.
    static let idOffset = 11

    package let pointer: UnsafeMutableRawPointer
    package let byteCount: Int

    /// - Parameters:
    ///   - id: the prepared statement's id.
    ///   - consistency: of the writes.
    ///   - version: the protocol version in use, 3 or 4.
    package init(id: [UInt8], consistency: Consistency, version: UInt8) {
        var writer = ByteWriter()
        writer.writeBytes([version, 0, 0, 0, Opcode.Request.execute.rawValue, 0, 0, 0, 0])
        writer.writeInteger(UInt16(truncatingIfNeeded: id.count))
        writer.writeBytes(id)
        writer.writeInteger(consistency.rawValue)
        writer.writeInteger(Self.queryFlags)
        byteCount = writer.count
        pointer = .allocate(byteCount: writer.count + RawBuffer.slack, alignment: 16)
        pointer.initializeMemory(as: UInt8.self, repeating: 0, count: writer.count + RawBuffer.slack)
        pointer.copyMemory(from: writer.bytes, byteCount: writer.count)
    }

    deinit { pointer.deallocate() }
}
