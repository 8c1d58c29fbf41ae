import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct LiteralEncoderTests {
    @Test(
        arguments: [
            (ColumnType.int, "-1", [0xFF, 0xFF, 0xFF, 0xFF]), (.smallint, "258", [1, 2]), (.boolean, "true", [1]),
            (.text, "'é'", [0xC3, 0xA9]), (.blob, "0xCAFE", [0xCA, 0xFE]), (.varint, "-129", [0xFF, 0x7F]),
            (.decimal, "-1.28", [0, 0, 0, 2, 0x80]), (.decimal, "1E+3", [0xFF, 0xFF, 0xFF, 0xFD, 1]),
            (.float, "1.5", [0x3F, 0xC0, 0, 0]), (.float, "1", [0x3F, 0x80, 0, 0]),
            (.date, "'1970-01-02'", [0x80, 0, 0, 1]), (.date, "2147483648", [0x80, 0, 0, 0]),
            (.time, "'00:00:01.000000002'", [0, 0, 0, 0, 0x3B, 0x9A, 0xCA, 0x02]),
            (.timestamp, "'1970-01-01T00:00:01.5Z'", [0, 0, 0, 0, 0, 0, 0x05, 0xDC]),
            (.timestamp, "7", [0, 0, 0, 0, 0, 0, 0, 7]), (.inet, "'10.0.0.1'", [10, 0, 0, 1]),
            (.duration, "1mo2d3ns", [2, 4, 6]), (.duration, "1y2w1us", [0x18, 28, 0x87, 0xD0]),
            (.duration, "-1y", [0x17, 0, 0]),
            (.frozen(.set(.int)), "{2, 1, 2}", [0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 2]),
            (.frozen(.map(.tinyint, .tinyint)), "{}", [0, 0, 0, 0]),
            (
                .frozen(.map(.tinyint, .tinyint)), "{2: 1, 1: 9, 2: 3}",
                [0, 0, 0, 2, 0, 0, 0, 1, 1, 0, 0, 0, 1, 9, 0, 0, 0, 1, 2, 0, 0, 0, 1, 3]
            ),
            (.frozen(.tuple([.tinyint, .tinyint])), "(null, 4)", [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1, 4]),
        ] as [(ColumnType, String, [UInt8])]
    )
    func encodes(_ type: ColumnType, _ constant: String, _ bytes: [UInt8]) throws {
        #expect(try ValueOrderTests.value(constant, type) == bytes)
    }

    /// The first two are the words of a real server (capture 60).
    @Test(arguments: [
        (ColumnType.int, "'str'", "Invalid STRING constant (str) for \"a\" of type int"),
        (.int, "99999999999", "Unable to make int from '99999999999'"),
        (.smallint, "40000", "Unable to make short from '40000'"),
        (.text, "5", "Invalid INTEGER constant (5) for \"a\" of type text"),
        (.boolean, "1", "Invalid INTEGER constant (1) for \"a\" of type boolean"),
        (.blob, "0xABC", "An hex string representing bytes must have an even length"),
        (.date, "'2026-02-30'", "Unable to coerce '2026-02-30' to a formatted date"),
        (.timestamp, "'yesterday'", "Unable to parse a date/time from 'yesterday'"),
        (.duration, "1mo1y", "Unable to convert '1mo1y' to a duration"),
        (.duration, "1d1d", "Unable to convert '1d1d' to a duration"),
        (.inet, "'1.2.3'", "Unable to make inet address from '1.2.3'"),
        (
            .timeuuid, "00000000-0000-4000-8000-000000000000",
            "Invalid UUID constant (00000000-0000-4000-8000-000000000000) for \"a\" of type timeuuid"
        ),
        (.frozen(.list(.int)), "{1}", "Invalid set literal for a of type list<int>"),
        (.frozen(.list(.int)), "[null]", "null is not supported inside collections"),
        (.frozen(.tuple([.int])), "(1, 2)", "Invalid tuple literal for a of type tuple<int>"),
        (.uuid, "uuid()", "Invalid function literal for a of type uuid"),
    ])
    func refuses(_ type: ColumnType, _ constant: String, _ message: String) {
        #expect(throws: StatementError.invalid(message)) { try ValueOrderTests.value(constant, type) }
    }

    @Test func nullIsNoValue() throws {
        #expect(try LiteralEncoder.encode(.null, as: .int, for: "a") == nil)
    }
}
