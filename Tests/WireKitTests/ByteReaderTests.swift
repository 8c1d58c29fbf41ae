import Testing
import WireKit

@Suite struct ByteReaderTests {
    @Test func integersAreBigEndian() throws {
        var reader = ByteReader([0x01, 0xFF, 0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x2A])
        #expect(try reader.readInteger("a", as: UInt8.self) == 1)
        #expect(try reader.readInteger("b", as: Int16.self) == -2)
        #expect(try reader.readInteger("c", as: Int32.self) == Int32.min)
        #expect(try reader.readInteger("d", as: Int64.self) == 42)
        try reader.expectEnd("message")
    }

    @Test func truncationNamesFieldAndOffset() throws {
        var reader = ByteReader([0, 1, 2])
        _ = try reader.readInteger("first", as: UInt8.self)
        #expect(throws: WireError(.truncated(needed: 4, remaining: 2), field: "second", offset: 1)) {
            try reader.readInteger("second", as: Int32.self)
        }
    }

    @Test func negativeLengthIsMalformedNotIncomplete() {
        var reader = ByteReader([0, 1, 2])
        #expect(throws: WireError(.invalidLength(-1), field: "body", offset: 0)) { try reader.readBytes(-1, "body") }
    }

    @Test func textMustBeUTF8() {
        var reader = ByteReader([0x61, 0xC3])
        #expect(throws: WireError(.invalidUTF8, field: "text", offset: 0)) { try reader.readUTF8(2, "text") }
    }

    @Test func offsetsCountFromTheSliceStart() throws {
        var reader = ByteReader([9, 9, 9, 1, 2][3...])
        _ = try reader.readInteger("x", as: UInt8.self)
        #expect(reader.offset == 1)
        #expect(throws: WireError(.trailingBytes(count: 1), field: "end", offset: 1)) { try reader.expectEnd("end") }
    }
}
