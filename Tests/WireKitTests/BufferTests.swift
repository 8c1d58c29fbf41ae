import Testing
import WireKit

@Suite struct BufferTests {
    @Test func lengthPrefixCountsItselfOnlyWhenAsked() {
        var writer = ByteWriter()
        writer.writeLengthPrefixed(as: Int32.self, includingLength: true) { $0.writeUTF8("ab") }
        writer.writeLengthPrefixed(as: UInt16.self) { $0.writeBytes([7]) }
        #expect(writer.bytes == [0, 0, 0, 6, 0x61, 0x62, 0, 1, 7])
    }

    @Test func rawBufferKeepsUnreadBytesWhenItGrowsAndCompacts() {
        var buffer = RawBuffer(capacity: 4)
        buffer.append([1, 2, 3, 4])
        #expect(buffer.take(3) == [1, 2, 3])
        buffer.append([5, 6])
        #expect(buffer.readableBytes() == [4, 5, 6])
        buffer.append(Array(repeating: 9, count: 100))
        #expect(buffer.take(4) == [4, 5, 6, 9])
        #expect(buffer.readableByteCount == 99)
        buffer.consume(99)
        #expect(buffer.isEmpty && buffer.readIndex == 0)
    }
}
