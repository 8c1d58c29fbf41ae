import PostgresWire
import TestSupport
import Testing
import WireKit

/// Intervals as a server writes them in each IntervalStyle.
@Suite struct IntervalStyleTests {
    private static let intervals: [(months: Int32, days: Int32, microseconds: Int64, texts: [String])] = [
        (0, 0, 0, ["00:00:00", "@ 0", "0", "PT0S"]),
        (
            1, 2, 3,
            [
                "1 mon 2 days 00:00:00.000003", "@ 1 mon 2 days 0.000003 secs", "+0-1 +2 +0:00:00.000003",
                "P1M2DT0.000003S",
            ]
        ),
        (
            -14, 3, -14_706_000_001,
            [
                "-1 years -2 mons +3 days -04:05:06.000001", "@ 1 year 2 mons -3 days 4 hours 5 mins 6.000001 secs ago",
                "-1-2 +3 -4:05:06.000001", "P-1Y-2M3DT-4H-5M-6.000001S",
            ]
        ),
        (
            14, 3, 14_706_789_000,
            [
                "1 year 2 mons 3 days 04:05:06.789", "@ 1 year 2 mons 3 days 4 hours 5 mins 6.789 secs",
                "+1-2 +3 +4:05:06.789", "P1Y2M3DT4H5M6.789S",
            ]
        ),
        (0, 0, -1, ["-00:00:00.000001", "@ 0.000001 secs ago", "-0:00:00.000001", "PT-0.000001S"]),
        (0, 0, 1_000_000, ["00:00:01", "@ 1 sec", "0:00:01", "PT1S"]),
        (0, -1, 0, ["-1 days", "@ 1 day ago", "-1 0:00:00", "P-1D"]),
        (5, 0, 0, ["5 mons", "@ 5 mons", "0-5", "P5M"]),
        (-5, 0, 0, ["-5 mons", "@ 5 mons ago", "-0-5", "P-5M"]),
        (0, 3, -3_600_000_000, ["3 days -01:00:00", "@ 3 days -1 hours", "+0-0 +3 -1:00:00", "P3DT-1H"]),
        (
            -1, -2, -3_661_500_000,
            [
                "-1 mons -2 days -01:01:01.5", "@ 1 mon 2 days 1 hour 1 min 1.5 secs ago", "-0-1 -2 -1:01:01.5",
                "P-1M-2DT-1H-1M-1.5S",
            ]
        ),
        (0, 0, 61_000_000, ["00:01:01", "@ 1 min 1 sec", "0:01:01", "PT1M1S"]),
        (12, 0, 1, ["1 year 00:00:00.000001", "@ 1 year 0.000001 secs", "+1-0 +0 +0:00:00.000001", "P1YT0.000001S"]),
        (
            -2_147_483_647, 2_147_483_647, -9_223_372_036_854_775_807,
            [
                "-178956970 years -7 mons +2147483647 days -2562047788:00:54.775807",
                "@ 178956970 years 7 mons -2147483647 days 2562047788 hours 54.775807 secs ago",
                "-178956970-7 +2147483647 -2562047788:00:54.775807",
                "P-178956970Y-7M2147483647DT-2562047788H-54.775807S",
            ]
        ),
    ]

    @Test(arguments: intervals.indices)
    func intervalsAreWrittenInEveryStyle(_ index: Int) {
        let (months, days, microseconds, texts) = Self.intervals[index]
        let interval = PostgresInterval(microseconds: microseconds, days: days, months: months)
        #expect(PostgresInterval.Style.allCases.map { interval.text($0) } == texts)
    }

    @Test(arguments: intervals.indices)
    func everyStyleIsRead(_ index: Int) throws {
        let (months, days, microseconds, texts) = Self.intervals[index]
        let interval = PostgresInterval(microseconds: microseconds, days: days, months: months)
        for text in texts { #expect(try PostgresInterval(postgresText: text) == interval, "\(text)") }
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        var random = SeededRandom(seed: 0x1_4E7)
        for _ in 0..<2000 {
            let microseconds: [Int64] = [0, 1, -1, .max, .min, Int64(bitPattern: random.next()) >> 20]
            let small: [Int32] = [0, 1, -1, 12, .max, .min, Int32(truncatingIfNeeded: random.next())]
            let interval = PostgresInterval(
                microseconds: try #require(microseconds.randomElement(using: &random)),
                days: try #require(small.randomElement(using: &random)),
                months: try #require(small.randomElement(using: &random))
            )
            for style in PostgresInterval.Style.allCases {
                let text = interval.text(style)
                #expect(try PostgresInterval(postgresText: text) == interval, "\(text)")
            }
        }
    }

    @Test(
        arguments: [
            "", "1", "1 week", "1 year 2", "1 day 1:2:3", "00:60:00", "00:00:00.1234567", "@", "@ 1", "@ 1.5 days", "P",
            "PT", "P1", "P1H", "PT1D", "P1.5Y", "178956970 years 8 mons", "2147483648 days",
            "2562047788:00:54.775808", "1 day ", " 1 day", "infinity days",
        ]
    )
    func otherTextsAreErrors(_ text: String) {
        #expect(throws: WireError.self) { try PostgresInterval(postgresText: text) }
    }
}
