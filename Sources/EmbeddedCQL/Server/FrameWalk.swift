import CQLWire
import WireKit

/// Looks at received frames where they lie, in the socket's buffer.
///
/// Raw pointers are used here alone in this room: the discarding node must cost less than 0.1 µs per frame, so that
/// a benchmark measures the client and not the node, and a bounds-checked array per read would cost more than that.
/// No byte is read beyond `readableByteCount`, and none written beyond what `reserve` made room for.
enum FrameWalk {
    /// What stands at the front of a buffer.
    enum Front: Equatable {
        /// That many bytes of whole frames.
        case frames(byteCount: Int)
        case incomplete
        /// A version that is not spoken here, or a response.
        case foreign(firstByte: UInt8)
        /// A frame whose body is longer than the limit.
        case tooLong(Int)
    }

    /// The longest body that is taken, as real servers have it.
    static let bodyLimit = 256 << 20

    /// The bytes of the whole frames at the front, as many as there are but not many more than `limit`.
    static func front(of buffer: borrowing RawBuffer, limit: Int) -> Front {
        let base = buffer.readPointer
        let available = buffer.readableByteCount
        var position = 0
        while position < available, position < limit {
            let version = base.loadBigEndian(UInt8.self, at: position)
            guard version == 3 || version == 4 else {
                return position > 0 ? .frames(byteCount: position) : .foreign(firstByte: version)
            }
            guard available - position >= FrameHeader.byteCount else { break }
            let length = Int(base.loadBigEndian(UInt32.self, at: position + 5))
            guard length <= bodyLimit else {
                return position > 0 ? .frames(byteCount: position) : .tooLong(length)
            }
            guard available - position >= FrameHeader.byteCount + length else { break }
            position += FrameHeader.byteCount + length
        }
        return position > 0 ? .frames(byteCount: position) : .incomplete
    }

    /// What a walk over writes has answered.
    struct Tally: Equatable {
        var executes = 0
        var batches = 0
        var rows = 0
    }

    /// Answers the EXECUTE and BATCH frames at the front of `input` with RESULT void and forgets them.
    ///
    /// It stops at a frame that is none, has any flag, executes something that is not a write (the id tells, see
    /// `PreparedStatements`) or is not there as a whole.
    static func discardWrites(from input: inout RawBuffer, answeringInto output: inout RawBuffer) -> Tally {
        output.reserve(replyRoom)
        let base = input.readPointer
        let available = input.readableByteCount
        var reply = output.writePointer
        let replyEnd = reply + (output.writableByteCount - replyByteCount)
        var position = 0
        var tally = Tally()
        while available - position >= shortestFrame, reply <= replyEnd {
            let frame = base + position
            let length = Int(frame.loadBigEndian(UInt32.self, at: 5))
            guard length <= bodyLimit, length >= shortestFrame - FrameHeader.byteCount,
                available - position >= FrameHeader.byteCount + length
            else { break }
            let versionAndFlags = frame.loadBigEndian(UInt16.self)
            guard versionAndFlags == 0x0400 || versionAndFlags == 0x0300 else { break }
            switch frame.loadBigEndian(UInt8.self, at: 4) {
            case Opcode.Request.execute.rawValue:
                guard frame.loadBigEndian(UInt16.self, at: 9) == UInt16(PreparedStatements.idByteCount),
                    frame.loadBigEndian(UInt8.self, at: 11) == PreparedStatements.writeTag
                else { return finish(&input, position, &output, reply, tally) }
                tally.executes += 1
                tally.rows += 1
            case Opcode.Request.batch.rawValue:
                tally.batches += 1
                tally.rows += Int(frame.loadBigEndian(UInt16.self, at: 10))
            default: return finish(&input, position, &output, reply, tally)
            }
            storeVoid(at: reply, version: UInt8(versionAndFlags >> 8), stream: frame.loadBigEndian(at: 2))
            reply += replyByteCount
            position += FrameHeader.byteCount + length
        }
        return finish(&input, position, &output, reply, tally)
    }

    /// Appends a RESULT void.
    static func appendVoid(version: UInt8, stream: UInt16, to output: inout RawBuffer) {
        output.reserve(replyByteCount)
        storeVoid(at: output.writePointer, version: version, stream: stream)
        output.writeIndex += replyByteCount
    }

    /// 84 00 stream 08 00000004 00000001: eight bytes, then five; the buffer's slack takes the three beyond them.
    @inline(__always)
    private static func storeVoid(at reply: UnsafeMutableRawPointer, version: UInt8, stream: UInt16) {
        let header = UInt64(version | FrameHeader.Direction.response.rawValue) << 56 | UInt64(stream) << 32
        reply.storeBigEndian(header | 0x0800_0000)
        reply.storeBigEndian(UInt64(0x0400_0000_0100_0000), at: 8)
    }

    /// A BATCH of nothing, the shortest message looked at.
    private static let shortestFrame = FrameHeader.byteCount + 6
    private static let replyByteCount = 13
    /// Room for the answers of one walk.
    private static let replyRoom = 256 << 10

    private static func finish(
        _ input: inout RawBuffer,
        _ consumed: Int,
        _ output: inout RawBuffer,
        _ replyEnd: UnsafeMutableRawPointer,
        _ tally: Tally
    ) -> Tally {
        input.consume(consumed)
        output.writeIndex += replyEnd - output.writePointer
        return tally
    }
}
