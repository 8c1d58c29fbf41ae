import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct ValueCheckTests {
    private func refusal(_ type: ColumnType, _ bytes: [UInt8]) -> String? {
        // The value lies in the middle of other bytes, as it does in a message.
        let storage = [0xEE, 0xEE] + bytes + [0xEE]
        do throws(StatementError) {
            try ValueCheck(type).check(storage, 2..<2 + bytes.count)
            return nil
        } catch {
            return error.message
        }
    }

    @Test(
        arguments: [
            (ColumnType.int, [0, 0, 0, 1]), (.int, []), (.bigint, [UInt8](repeating: 1, count: 8)),
            (.smallint, [1, 2]),
            (.tinyint, [9]), (.boolean, [1]), (.text, Array("grüße".utf8)), (.text, []), (.ascii, [0x41]),
            (.blob, [0xFF, 0x00]), (.uuid, [UInt8](repeating: 0, count: 16)), (.inet, [127, 0, 0, 1]),
            (.decimal, [0, 0, 0, 2, 0x7F]), (.date, [0x80, 0, 0, 0]), (.varint, [0x80]),
            (.frozen(.list(.int)), [0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 9]),
            (.frozen(.map(.int, .text)), [0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 9, 0, 0, 0, 1, 0x61]),
            (.frozen(.tuple([.int, .text])), [0, 0, 0, 4, 0, 0, 0, 9, 0xFF, 0xFF, 0xFF, 0xFF]),
            (.frozen(.tuple([.int, .text])), [0, 0, 0, 4, 0, 0, 0, 9]),
        ] as [(ColumnType, [UInt8])]
    )
    func takesValues(_ type: ColumnType, _ bytes: [UInt8]) {
        #expect(refusal(type, bytes) == nil)
    }

    /// The first three are the words of a real server (capture 42).
    @Test(
        arguments: [
            (ColumnType.int, [0, 0, 1], "Expected 4 or 0 byte int (3)"),
            (.text, [0xFF, 0xFE], "String didn't validate."),
            (.int, [1], "Expected 4 or 0 byte int (1)"), (.bigint, [1, 2], "Expected 8 or 0 byte long (2)"),
            (.smallint, [], "Expected 2 bytes for a smallint (0)"), (.ascii, [0x80], "Invalid byte for ascii"),
            (.uuid, [1], "UUID should be 16 or 0 bytes (1)"),
            (.timeuuid, [UInt8](repeating: 0, count: 16), "Invalid version for TimeUUID type."),
            (.inet, [1, 2, 3], "Expected 4 or 16 byte inetaddress; got 3"),
            (.duration, [0, 0], "Expected at least 3 bytes for a duration (2)"),
            (.duration, [0, 0, 0, 1], "Invalid bytes for a duration"),
            (.decimal, [0, 0], "Expected 0 or at least 4 bytes (2)"),
            (.frozen(.list(.int)), [0, 0], "Not enough bytes to read a list"),
            (.frozen(.list(.int)), [0x7F, 0xFF, 0xFF, 0xFF], "Not enough bytes to read a list"),
            (.frozen(.list(.int)), [0xFF, 0xFF, 0xFF, 0xFF], "Not enough bytes to read a list"),
            (.frozen(.list(.int)), [0, 0, 0, 1, 0, 0, 0, 1, 9], "Expected 4 or 0 byte int (1)"),
            (
                .frozen(.list(.int)), [0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF],
                "null is not supported inside collections"
            ),
            (.frozen(.list(.int)), [0, 0, 0, 0, 7], "Unexpected extraneous bytes after list value"),
            (.frozen(.map(.int, .int)), [0, 0, 0, 1, 0, 0, 0, 0], "Not enough bytes to read a map"),
            (.frozen(.tuple([.int])), [0, 0, 0, 0, 1], "Invalid remaining data after end of tuple value"),
            (.frozen(.tuple([.int])), [0, 0], "Not enough bytes to read size of 0th component"),
        ] as [(ColumnType, [UInt8], String)]
    )
    func refusesOtherBytes(_ type: ColumnType, _ bytes: [UInt8], _ message: String) {
        #expect(refusal(type, bytes) == message)
    }
}
