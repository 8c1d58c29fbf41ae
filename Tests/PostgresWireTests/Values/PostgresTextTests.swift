import PostgresWire
import Testing
import WireKit

@Suite struct PostgresTextTests {
    private func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        var writer = ByteWriter()
        writer.writeInteger(value)
        return writer.bytes
    }

    /// Expected texts are those of PostgreSQL 15 for the same bits.
    @Test(
        arguments: [
            (0.0, "0"), (-0.0, "-0"), (1, "1"), (-1.5, "-1.5"), (0.1, "0.1"), (1e15, "1e+15"),
            (123_456_789_012_345, "123456789012345"), (999_999_999_999_999, "999999999999999"), (0.0001, "0.0001"),
            (0.00001, "1e-05"), (1e300, "1e+300"), (.leastNonzeroMagnitude, "5e-324"),
            (2.2250738585072014e-308, "2.2250738585072014e-308"),
            (1.7976931348623157e308, "1.7976931348623157e+308"), (0.3, "0.3"), (2.0 / 3, "0.6666666666666666"),
            (9_007_199_254_740_992, "9.007199254740992e+15"), (.nan, "NaN"), (.infinity, "Infinity"),
            (-.infinity, "-Infinity"), (1e22, "1e+22"), (1e23, "9.999999999999999e+22"), (4.35, "4.35"),
            // A shorter decimal lies exactly on the bound of this number's interval; PostgreSQL does not take it.
            (18_014_398_509_481_988, "1.8014398509481988e+16"),
        ] as [(Double, String)]
    )
    func doubles(_ value: Double, _ text: String) {
        #expect(PostgresFloat.text(value) == text)
    }

    @Test(
        arguments: [
            (0, "0"), (1.5, "1.5"), (0.1, "0.1"), (100_000, "100000"), (1_000_000, "1e+06"), (0.0001, "0.0001"),
            (1e-5, "1e-05"), (.greatestFiniteMagnitude, "3.4028235e+38"), (.leastNonzeroMagnitude, "1e-45"),
            (16_777_216, "1.6777216e+07"), (-.infinity, "-Infinity"),
        ] as [(Float, String)]
    )
    func reals(_ value: Float, _ text: String) {
        #expect(PostgresFloat.text(value) == text)
    }

    @Test(
        arguments: [
            (0, "2000-01-01"), (-1, "1999-12-31"), (59, "2000-02-29"), (-730_119, "0001-01-01"),
            (-730_120, "0001-12-31 BC"),
            (-730_485, "0001-01-01 BC"), (2_921_940, "10000-01-01"), (2_145_031_948, "5874897-12-31"),
            (-2_451_545, "4714-11-24 BC"), (.max, "infinity"), (.min, "-infinity"),
        ] as [(Int32, String)]
    )
    func dates(_ days: Int32, _ text: String) {
        #expect(PostgresDate(rawValue: days).postgresText == text)
    }

    @Test func extremesDoNotTrap() {
        for value in [Int64.min + 1, Int64.max - 1, -1, 1] {
            #expect(!PostgresTimestamp(rawValue: value).postgresText.isEmpty)
        }
        for value in [Int32.min + 1, Int32.max - 1] { #expect(!PostgresDate(rawValue: value).postgresText.isEmpty) }
        let interval = PostgresInterval(microseconds: .min, days: .min, months: .min + 1)
        #expect(interval.postgresText == "-178956970 years -7 mons -2147483648 days -2562047788:00:54.775808")
    }

    @Test(
        arguments: [
            (-1, "1999-12-31 23:59:59.999999+00"), (0, "2000-01-01 00:00:00+00"),
            (1_500_000, "2000-01-01 00:00:01.5+00"),
            (-63_082_281_600_000_000, "0001-01-01 00:00:00+00"),
            (-63_082_281_600_000_001, "0001-12-31 23:59:59.999999+00 BC"),
            (.max, "infinity"), (.min, "-infinity"),
        ] as [(Int64, String)]
    )
    func timestampsWithTimeZone(_ microseconds: Int64, _ text: String) throws {
        #expect(try PostgresText.render(binary: bytes(microseconds)[...], type: .timestamptz) == text)
    }

    @Test(arguments: [Int64.min, -1, 86_400_000_001, .max])
    func timesOutsideADayAreErrors(_ microseconds: Int64) {
        #expect(throws: WireError.self) { try PostgresText.render(binary: bytes(microseconds)[...], type: .time) }
    }

    @Test(
        arguments: [
            ([2, 32, 0, 4, 10, 0, 0, 1], "10.0.0.1"), ([2, 8, 0, 4, 10, 0, 0, 0], "10.0.0.0/8"),
            ([3, 128, 0, 16] + Array(repeating: 0, count: 16), "::"),
            ([3, 128, 0, 16] + Array(repeating: 0, count: 15) + [1], "::1"),
            ([3, 128, 0, 16] + Array(repeating: 0, count: 10) + [0xFF, 0xFF, 1, 2, 3, 4], "::ffff:1.2.3.4"),
            ([3, 128, 0, 16] + Array(repeating: 0, count: 12) + [1, 2, 3, 4], "::1.2.3.4"),
            ([3, 64, 0, 16, 0x20, 1, 0x0D, 0xB8] + Array(repeating: 0, count: 12), "2001:db8::/64"),
            ([3, 128, 0, 16, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0], "1:0:2::3:0:0"),
        ] as [([UInt8], String)]
    )
    func addresses(_ bytes: [UInt8], _ text: String) throws {
        #expect(try PostgresText.render(binary: bytes[...], type: .inet) == text)
    }

    @Test(
        arguments: [
            // inet: family, address length, prefix length.
            (TypeOID.inet, [4, 32, 0, 4, 1, 2, 3, 4]), (.inet, [2, 32, 0, 5, 1, 2, 3, 4, 5]),
            (.inet, [2, 33, 0, 4, 1, 2, 3, 4]), (.inet, [2, 8, 1, 4, 10, 0, 0, 0]), (.cidr, [2, 8, 1, 4, 10, 0, 0, 1]),
            // numeric: sign, digit, scale, too few digits.
            (.numeric, [0, 0, 0, 0, 0x12, 0x34, 0, 0]), (.numeric, [0, 1, 0, 0, 0, 0, 0, 0, 0x27, 0x10]),
            (.numeric, [0, 0, 0, 0, 0, 0, 0xFF, 0xFF]), (.numeric, [0xFF, 0xFF, 0, 0, 0, 0, 0, 0]),
            // Too short, too long, jsonb's version, text that is not UTF-8.
            (.int4, [0, 0, 0]), (.int4, [0, 0, 0, 0, 0]), (.jsonb, [2, 0x7B, 0x7D]), (.jsonb, []), (.text, [0xFF]),
            (.uuid, [1, 2, 3]),
            // Arrays: seven dimensions, negative size, more elements than bytes, another element type.
            (.int4Array, [0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 23]),
            (.int4Array, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1]),
            (.int4Array, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1]),
            (.int4Array, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 25]),
        ] as [(TypeOID, [UInt8])]
    )
    func malformedValuesAreErrors(_ type: TypeOID, _ bytes: [UInt8]) {
        #expect(throws: WireError.self) { try PostgresText.render(binary: bytes[...], type: type) }
    }

    @Test func aVeryLongNumericIsWritten() throws {
        // 10^131071, the largest power of ten that numeric holds: one digit and its weight.
        let text = try PostgresText.render(binary: [0, 1, 0x7F, 0xFF, 0, 0, 0, 0, 0x03, 0xE8], type: .numeric)
        #expect(text.utf8.count == 131_072 && text.hasPrefix("1000"))
    }
}

@Suite struct PostgresDecodableTests {
    private func text(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }

    @Test func integersMustFit() throws {
        #expect(try Int16.decode(text("-32768"), type: .int2, format: .text) == .min)
        #expect(throws: WireError.self) { try Int16.decode(text("32768"), type: .int4, format: .text) }
        #expect(throws: WireError.self) { try Int32.decode(text("1.0"), type: .numeric, format: .text) }
        #expect(try Int16.decode([0, 0, 0, 5], type: .int4, format: .binary) == 5)
        #expect(throws: WireError.self) { try Int16.decode([0, 1, 0, 0], type: .int4, format: .binary) }
        #expect(throws: WireError.self) { try Int64.decode([0, 0, 0, 5], type: .float4, format: .binary) }
        #expect(try UInt32.decode([0xFF, 0xFF, 0xFF, 0xFF], type: .oid, format: .binary) == .max)
    }

    @Test func floatingPointReadsPostgresSpecials() throws {
        #expect(try Double.decode(text("-Infinity"), type: .float8, format: .text) == -.infinity)
        #expect(try Double.decode(text("NaN"), type: .float8, format: .text).isNaN)
        #expect(try Double.decode([0x3F, 0xC0, 0, 0], type: .float4, format: .binary) == 1.5)
        #expect(throws: WireError.self) { try Double.decode(text("one"), type: .text, format: .text) }
    }

    @Test(
        arguments: [
            ("{}", []), ("{a,b}", ["a", "b"]), ("{NULL,\"NULL\",\"\"}", [nil, "NULL", ""]),
            ("{\"a\\\\b\\\"c\",\"{,}\"}", ["a\\b\"c", "{,}"]), ("[0:1]={x,y}", ["x", "y"]),
        ] as [(String, [String?])]
    )
    func arraysOfText(_ literal: String, _ expected: [String?]) throws {
        #expect(try [String?].decode(text(literal), type: .textArray, format: .text) == expected)
    }

    @Test(arguments: ["", "{", "{a", "{a,}", "{,}", "a", "{\"a}", "{\"a\\", "{{a},{b}}", "{a}b", "{\"a\"b}"])
    func brokenArraysAreErrors(_ literal: String) {
        #expect(throws: WireError.self) { try [String?].decode(text(literal), type: .textArray, format: .text) }
    }

    @Test func nullNeedsAnOptional() throws {
        #expect(try String?.decode(nil, type: .text, format: .text) == nil)
        #expect(throws: WireError.self) { try String.decode(nil, type: .text, format: .text) }
        #expect(throws: WireError.self) { try [String].decode(text("{a,NULL}"), type: .textArray, format: .text) }
    }

    @Test func byteaIsHexOrEscaped() throws {
        #expect(try [UInt8].decode(text("\\x00fF"), type: .bytea, format: .text) == [0, 255])
        #expect(try [UInt8].decode(text("a\\\\\\000"), type: .bytea, format: .text) == [97, 92, 0])
        for broken in ["\\x0", "\\xzz", "\\00", "\\400", "\\"] {
            #expect(throws: WireError.self) { try [UInt8].decode(text(broken), type: .bytea, format: .text) }
        }
    }
}
