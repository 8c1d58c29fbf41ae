import CQLWire
import Testing

@Suite struct CQLVarintTests {
    @Test(
        arguments: [
            ("0", [0x00]), ("1", [0x01]), ("-1", [0xFF]), ("127", [0x7F]), ("128", [0x00, 0x80]), ("-128", [0x80]),
            ("-129", [0xFF, 0x7F]), ("255", [0x00, 0xFF]), ("256", [0x01, 0x00]),
            ("9223372036854775807", [0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
            ("9223372036854775808", [0x00, 0x80, 0, 0, 0, 0, 0, 0, 0]),
            ("-9223372036854775808", [0x80, 0, 0, 0, 0, 0, 0, 0]),
            ("1000000000000000000000", [0x36, 0x35, 0xC9, 0xAD, 0xC5, 0xDE, 0xA0, 0x00, 0x00]),
        ] as [(String, [UInt8])]
    )
    func textAndBytesAreOneNumber(_ text: String, _ bytes: [UInt8]) throws {
        let number = try #require(CQLVarint(text))
        #expect(number.bytes == bytes)
        #expect(CQLVarint(twosComplement: bytes).description == text)
        #expect(number.int64 == Int64(text))
    }

    @Test func superfluousSignBytesAreDropped() {
        #expect(CQLVarint(twosComplement: [0, 0, 0x80]).bytes == [0, 0x80])
        #expect(CQLVarint(twosComplement: [0xFF, 0xFF, 0x80]).bytes == [0x80])
        #expect(CQLVarint(twosComplement: [UInt8]()).bytes == [0])
    }

    @Test(arguments: ["", "-", "+", "1.0", "0x10", " 1", "1e3", "--1"])
    func otherTextIsRefused(_ text: String) {
        #expect(CQLVarint(text) == nil)
    }

    @Test func conversionIsBounded() {
        let long = CQLVarint(twosComplement: [UInt8](repeating: 0x55, count: 1 << 20))
        #expect(long.description == "(a varint of 1048576 bytes)")
        #expect(CQLVarint(String(repeating: "9", count: CQLVarint.textByteLimit + 1)) == nil)
    }
}

@Suite struct CQLDecimalTests {
    @Test(
        arguments: [
            ("0", "0", 0), ("0.00", "0", 2), ("-0.01", "-1", 2), ("1.28", "128", 2), ("-327.68", "-32768", 2),
            ("1E+10", "1", -10), ("1E-7", "1", 7), ("0.000001", "1", 6), ("1.23E+5", "123", -3), ("100", "100", 0),
            ("1E-2147483647", "1", 2_147_483_647), ("1.5E+2147483648", "15", -2_147_483_647),
        ] as [(String, String, Int32)]
    )
    func descriptionFollowsJava(_ text: String, _ unscaled: String, _ scale: Int32) throws {
        let decimal = CQLDecimal(unscaled: try #require(CQLVarint(unscaled)), scale: scale)
        #expect(decimal.description == text)
        if scale > -2_000_000_000 { #expect(CQLDecimal(text) == decimal) }
    }

    @Test(arguments: ["", ".", "-", "e5", "1e", "1.2.3", "1e99999999999", "NaN", "1 "])
    func otherTextIsRefused(_ text: String) {
        #expect(CQLDecimal(text) == nil)
    }

    @Test func shortFormsAreRead() throws {
        #expect(try #require(CQLDecimal(".5")).description == "0.5")
        #expect(try #require(CQLDecimal("5.")).description == "5")
        #expect(try #require(CQLDecimal("+1e-2")).description == "0.01")
    }
}

@Suite struct CQLInetTests {
    @Test(arguments: [
        "0.0.0.0", "255.255.255.255", "::", "::1", "1::", "2001:db8::1", "fe80::1:2:3:4", "1:2:3:4:5:6:7:8",
        "1:0:0:2::3", "::ffff:10.0.0.1", "2001:db8:0:1:1:1:1:1",
    ])
    func canonicalTextRoundTrips(_ text: String) throws {
        #expect(try #require(CQLInet(text)).description == text)
    }

    @Test func otherFormsAreRead() throws {
        #expect(try #require(CQLInet("2001:DB8:0:0:0:0:0:1")).description == "2001:db8::1")
        #expect(try #require(CQLInet("::1.2.3.4")).bytes.suffix(4) == [1, 2, 3, 4])
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "+1.2.3.4", "1.2.3.4/8", ":", ":::", "1::2::3", "12345::",
        "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "::1.2.3", "1.2.3.4::", "g::",
    ])
    func otherTextIsRefused(_ text: String) {
        #expect(CQLInet(text) == nil)
    }
}

@Suite struct CQLUUIDTests {
    @Test func textRoundTrips() throws {
        let uuid = try #require(CQLUUID("123E4567-e89b-42d3-a456-426614174000"))
        #expect(uuid.description == "123e4567-e89b-42d3-a456-426614174000")
        #expect(uuid.version == 4)
    }

    @Test(arguments: [
        "", "123e4567e89b42d3a456426614174000", "123e4567-e89b-42d3-a456-42661417400",
        "123e4567-e89b-42d3-a456-4266141740000", "g23e4567-e89b-42d3-a456-426614174000",
        "-23e4567-e89b-42d3-a456-426614174000",
    ])
    func otherTextIsRefused(_ text: String) {
        #expect(CQLUUID(text) == nil)
    }
}

@Suite struct CQLDurationTests {
    @Test(arguments: [
        (CQLDuration(months: 0, days: 0, nanoseconds: 0), "0s"),
        (CQLDuration(months: 14, days: 25, nanoseconds: 18_367_008_009_010), "1y2mo25d5h6m7s8ms9us10ns"),
        (CQLDuration(months: -1, days: -2, nanoseconds: -3), "-1mo2d3ns"),
        (
            CQLDuration(months: .min, days: .min, nanoseconds: .min),
            "-178956970y8mo2147483648d2562047h47m16s854ms775us808ns"
        ),
    ])
    func descriptionIsAConstant(_ duration: CQLDuration, _ text: String) {
        #expect(duration.description == text)
    }

    @Test(arguments: [0, 1, -1, 63, 64, -64, -65, 8191, 8192, 1 << 55, 1 << 56, -(1 << 62), .max, .min] as [Int64])
    func everyWidthOfVintRoundTrips(_ value: Int64) throws {
        let written = CQLDuration(months: 1, days: -1, nanoseconds: value)
        let bytes = try CQLValue.duration(written).encoded()
        #expect(try CQLValue.decode(bytes[...], as: .duration) == .duration(written))
    }
}

@Suite struct CivilDateTests {
    @Test(arguments: [
        (0, "1970-01-01"), (-1, "1969-12-31"), (19782, "2024-02-29"), (-719_162, "0001-01-01"),
        (-719_528, "0000-01-01"),
        (-719_529, "-0001-12-31"), (2_932_896, "9999-12-31"), (11_016, "2000-02-29"), (47_540, "2100-02-28"),
    ])
    func daysAndDatesAgree(_ days: Int, _ text: String) throws {
        let date = CivilDate(daysSinceEpoch: days)
        #expect(date.description == text)
        #expect(date.daysSinceEpoch == days)
        #expect(TemporalText.days(text).map(Int.init) == days)
    }

    @Test func everyDayOfFourCenturiesRoundTrips() {
        #expect((-150_000...150_000).allSatisfy { CivilDate(daysSinceEpoch: $0).daysSinceEpoch == $0 })
    }

    @Test(arguments: [
        "2023-02-29", "2024-13-01", "2024-00-01", "2024-01-32", "1900-02-29", "24-01-01", "2024-01-01x", "",
    ])
    func daysOutsideTheCalendarAreRefused(_ text: String) {
        #expect(TemporalText.days(text) == nil)
    }
}

@Suite struct TemporalTextTests {
    @Test(
        arguments: [
            ("00:00:00", 0), ("23:59:59.999999999", 86_399_999_999_999), ("08:12:54.1", 29_574_100_000_000),
        ] as [(String, Int64)]
    )
    func timesAreNanoseconds(_ text: String, _ nanoseconds: Int64) {
        #expect(TemporalText.nanoseconds(text) == nanoseconds)
    }

    @Test(arguments: ["24:00:00", "23:60:00", "23:59:60", "23:59", "1:2:3.", "1:2:3.1234567890", ""])
    func otherTimesAreRefused(_ text: String) {
        #expect(TemporalText.nanoseconds(text) == nil)
    }

    @Test(
        arguments: [
            ("1969-12-31T23:59:59.999+0000", -1), ("2024-02-29T12:00:00.123+0000", 1_709_208_000_123),
            ("1900-01-01", -2_208_988_800_000), ("2024-02-29 12:00:00.123", 1_709_208_000_123),
            ("2024-02-29 14:00+02:00", 1_709_208_000_000), ("2024-02-29 10:00:00 -0200", 1_709_208_000_000),
            ("2024-02-29T12:00:00Z", 1_709_208_000_000), ("2024-02-29 12:00:00.1+00", 1_709_208_000_100),
        ] as [(String, Int64)]
    )
    func timestampsAreMilliseconds(_ text: String, _ milliseconds: Int64) {
        #expect(TemporalText.milliseconds(text) == milliseconds)
    }

    @Test(arguments: [
        "2024-02-29T", "2024-02-29 12", "2024-02-29 12:00:00.1234", "2024-02-29 12:00 CET", "2024-02-30", "",
    ])
    func otherTimestampsAreRefused(_ text: String) {
        #expect(TemporalText.milliseconds(text) == nil)
    }
}
