import CQLWire
import Testing
import WireKit

@Suite struct CQLValueTests {
    /// Every kind of value, at its limits.
    static let samples: [(type: ColumnType, value: CQLValue, literal: String)] = [
        (.ascii, .ascii("it's"), "'it''s'"),
        (.text, .text(""), "''"),
        (.bigint, .bigint(.min), "-9223372036854775808"),
        (.blob, .blob([0, 0xFF]), "0x00ff"),
        (.boolean, .boolean(true), "true"),
        (.counter, .counter(-7), "-7"),
        (.date, .date(0), "'1970-01-01'"),
        (.date, .date(.min), "0"),
        (.date, .date(.max), "4294967295"),
        (.decimal, .decimal(CQLDecimal(unscaled: CQLVarint(-128), scale: 2)), "-1.28"),
        (.double, .double(-.infinity), "-Infinity"),
        (.double, .double(0.1), "0.1"),
        (.duration, .duration(CQLDuration(months: 1, days: 2, nanoseconds: 3)), "1mo2d3ns"),
        (.float, .float(.leastNonzeroMagnitude), "1e-45"),
        (.int, .int(-1), "-1"),
        (.smallint, .smallint(.min), "-32768"),
        (.time, .time(47_655_123_456_789), "'13:14:15.123456789'"),
        (.time, .time(-1), "-1"),
        (.timestamp, .timestamp(-1), "'1969-12-31 23:59:59.999+0000'"),
        (.timestamp, .timestamp(.max), "9223372036854775807"),
        (.tinyint, .tinyint(-128), "-128"),
        (.varint, .varint(CQLVarint(128)), "128"),
        (.uuid, .uuid(CQLUUID(high: 1, low: 2)), "00000000-0000-0001-0000-000000000002"),
        (.list(.int), .list([.int(1), .int(2)]), "[1, 2]"),
        (.set(.text), .set([.text("a"), .text("")]), "{'a', ''}"),
        (.map(.int, .text), .map([.init(key: .int(1), value: .text("x"))]), "{1: 'x'}"),
        (.tuple([.int, .text]), .tuple([nil, .text("x")]), "(null, 'x')"),
        (
            .userDefined(UserDefinedType(keyspace: "k", name: "t", fields: [.init(name: "Street", type: .text)])),
            .userDefined([.init(name: "Street", value: .text("S"))]), "{\"Street\": 'S'}"
        ),
        (.frozen(.list(.frozen(.set(.int)))), .list([.set([]), .set([.int(3)])]), "[{}, {3}]"),
        (.int, .empty, "empty"),
        (.custom("org.example.Thing"), .custom([1]), "0x01"),
    ]

    @Test(arguments: samples.indices)
    func valuesRoundTripAndPrint(_ index: Int) throws {
        let sample = Self.samples[index]
        #expect(try CQLValue.decode(sample.value.encoded()[...], as: sample.type) == sample.value)
        #expect(sample.value.literal == sample.literal)
    }

    @Test func emptyIsNotNull() throws {
        #expect(try CQLValue.decode([], as: .text) == .text(""))
        #expect(try CQLValue.decode([], as: .int) == .empty)
        let tuple = try CQLValue.decode([0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF], as: .tuple([.int, .int]))
        #expect(tuple == .tuple([.empty, nil]))
    }

    @Test func componentsThatWereNotWrittenAreNull() throws {
        let bytes: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 7]
        #expect(try CQLValue.decode(bytes[...], as: .tuple([.int, .text, .int])) == .tuple([.int(7), nil, nil]))
    }

    @Test(
        arguments: [
            (.int, [0, 0, 0]), (.int, [0, 0, 0, 0, 0]), (.boolean, [1, 1]), (.uuid, [1]), (.inet, [1, 2, 3, 4, 5]),
            (.ascii, [0x80]), (.text, [0xFF]), (.decimal, [0, 0, 0, 1]), (.duration, [0, 0]),
            (.duration, [0xF8, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0]),
            (.list(.int), [0xFF, 0xFF, 0xFF, 0xFF]), (.list(.int), [0x7F, 0xFF, 0xFF, 0xFF]),
            (.list(.int), [0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3]), (.list(.int), [0, 0, 0, 0, 9]),
            (.map(.int, .int), [0, 0, 0, 1, 0, 0, 0, 0]), (.tuple([.int]), [0, 0, 0, 4, 0, 0, 0, 1, 0]),
        ] as [(ColumnType, [UInt8])]
    )
    func malformedBytesAreRefused(_ type: ColumnType, _ bytes: [UInt8]) {
        #expect(throws: WireError.self) { try CQLValue.decode(bytes[...], as: type) }
    }
}
