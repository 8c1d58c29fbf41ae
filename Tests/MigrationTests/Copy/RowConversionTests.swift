import CQLWire
import SchemaTranslation
import Testing
import WireKit

@testable import Migration

@Suite struct RowConversionTests {
    /// Converts one value in a column behind a bigint key, and returns its bytes or why it was rejected.
    private func convert(
        _ field: [UInt8],
        _ target: TargetType,
        _ conversion: ColumnConversion
    ) throws -> Result<[UInt8], RejectReason> {
        let plan = makePlan([(.bigint, .identical), (target, conversion)])
        let tuple = CopyStream.tuple([CopyStream.bytes(Int64(1)), field])
        return try RowConversion(plan, nullLength: -2).convert(tuple[...])
            .map { Array($0.values.dropFirst(2 + 12 + 4)) }
            .mapError(\.reason)
    }

    private func text(_ bytes: [UInt8], _ type: String) throws -> String {
        try CQLValue.decode(bytes[...], as: ColumnType(spelling: type)).literal
    }

    /// Digits, weight, sign, scale, and the decimal as CQL prints it.
    static let numerics: [([UInt16], Int16, UInt16, UInt16, String)] = [
        ([], 0, 0, 0, "0"), ([], 0, 0, 2, "0.00"), ([1, 2800], 0, 0, 2, "1.28"), ([327, 6800], 0, 0, 2, "327.68"),
        ([129], 0, 0x4000, 0, "-129"), ([1], 0, 0x4000, 0, "-1"), ([128], 0, 0x4000, 0, "-128"),
        ([1, 5000], 0, 0, 2, "1.50"), ([5], -2, 0, 8, "5E-8"), ([1], 1, 0, 0, "10000"),
        ([9223, 3720, 3685, 4775, 807], 4, 0, 0, "92233720368547750807"),
        ([9999, 9999, 9999, 9999], 3, 0x4000, 0, "-9999999999999999"),
        ([1234, 5678, 9012, 3456, 7890, 1200], 3, 0, 6, "1234567890123456.789012"),
    ]

    @Test(arguments: numerics)
    func numericsKeepValueAndScale(
        digits: [UInt16],
        weight: Int16,
        sign: UInt16,
        scale: UInt16,
        expected: String
    ) throws {
        let field = CopyStream.numeric(digits, weight: weight, sign: sign, scale: scale)
        #expect(try text(convert(field, .decimal, .numeric).get(), "decimal") == expected)
    }

    @Test func aNumericOfThousandsOfDigitsIsExact() throws {
        let digits = [UInt16](repeating: 9999, count: 1000)
        let field = CopyStream.numeric(digits, weight: 999, scale: 0)
        let value = try convert(field, .decimal, .numeric).get()
        #expect(try text(value, "decimal") == String(repeating: "9", count: 4000))
        #expect(value.prefix(4) == [0, 0, 0, 0])
        let tiny = CopyStream.numeric([1], weight: 32_767, scale: 0)
        #expect(try convert(tiny, .decimal, .numeric).get().count > 50_000)
    }

    @Test func whatDecimalsCannotHoldIsRejected() throws {
        for (sign, reason) in [
            (0xC000, RejectReason.numericNotANumber), (0xD000, .numericInfinity), (0xF000, .numericInfinity),
        ] {
            let field = CopyStream.numeric([], weight: 0, sign: UInt16(sign), scale: 0)
            #expect(try convert(field, .decimal, .numeric) == .failure(reason))
        }
    }

    @Test func temporalValues() throws {
        let before1970 = CopyStream.bytes(Int64(-946_684_800_000_001))
        #expect(try convert(before1970, .timestamp, .timestamp).get() == CopyStream.bytes(Int64(-1)))
        #expect(
            try convert(CopyStream.bytes(Int64(0)), .timestamp, .timestamp).get()
                == CopyStream.bytes(Int64(946_684_800_000))
        )
        #expect(try convert(CopyStream.bytes(Int64.max), .timestamp, .timestamp) == .failure(.infiniteTimestamp))
        #expect(try convert(CopyStream.bytes(Int64.min), .timestamp, .timestamp) == .failure(.infiniteTimestamp))
        #expect(try convert(CopyStream.bytes(Int32(0)), .date, .date).get() == CopyStream.bytes(UInt32(0x8000_2ACD)))
        #expect(try convert(CopyStream.bytes(Int32.max), .date, .date) == .failure(.infiniteDate))
        #expect(try convert(CopyStream.bytes(Int64(1)), .time, .time).get() == CopyStream.bytes(Int64(1000)))
        #expect(try convert(CopyStream.bytes(Int64(86_400_000_000)), .time, .time) == .failure(.timeOutOfRange))
    }

    @Test func arraysBecomeListsOrAreRejected() throws {
        let list = TargetType.frozenList(.text)
        let array = ColumnConversion.array(element: .identical)
        let strings = CopyStream.array([Array("a".utf8), Array("".utf8)])
        #expect(try text(convert(strings, list, array).get(), "list<text>") == "['a', '']")
        #expect(try convert(CopyStream.array([]), list, array).get() == [0, 0, 0, 0])
        #expect(try convert(CopyStream.array([nil]), list, array) == .failure(.nullInArray))
        #expect(try convert(CopyStream.array([[65]], lowerBound: 0), list, array) == .failure(.arrayLowerBound(0)))
        let matrix = [2, 0, 23].flatMap { CopyStream.bytes(Int32($0)) }
        #expect(try convert(matrix, list, array) == .failure(.multidimensionalArray(dimensionCount: 2)))
        let numbers = CopyStream.array([CopyStream.numeric([1, 2800], weight: 0, scale: 2)], elementType: 1700)
        let decimals = try convert(numbers, .frozenList(.decimal), .array(element: .numeric)).get()
        #expect(try text(decimals, "list<decimal>") == "[1.28]")
    }

    @Test func addressesWithAMaskAreRejected() throws {
        #expect(try convert([2, 32, 0, 4, 10, 1, 2, 3], .inet, .inet).get() == [10, 1, 2, 3])
        #expect(try convert([2, 24, 0, 4, 10, 1, 2, 0], .inet, .inet) == .failure(.networkMask))
    }

    @Test func keysAreHeldToTheTargetsLimits() throws {
        let single = RowConversion(makePlan([(.text, .identical)]), nullLength: -1)
        #expect(
            try single.convert(CopyStream.tuple([[]])[...])
                == .failure(Rejection(column: 0, reason: .emptyPartitionKey))
        )
        let long = [UInt8](repeating: 65, count: 65_536)
        #expect(
            try single.convert(CopyStream.tuple([long])[...])
                == .failure(Rejection(column: 0, reason: .keyTooLong(byteCount: 65_536)))
        )
        let composite = RowConversion(
            makePlan([(.text, .identical), (.text, .identical)], keyCount: 2),
            nullLength: -1
        )
        #expect(try composite.convert(CopyStream.tuple([[], []])[...]).get().values.count == 10)
        let half = [UInt8](repeating: 65, count: 32_766)
        #expect(
            try composite.convert(CopyStream.tuple([half, half])[...])
                == .failure(Rejection(column: 0, reason: .keyTooLong(byteCount: 65_538)))
        )
    }

    @Test func microsecondsAreFlooredAndCountedButNeverInAKey() throws {
        let micros = CopyStream.bytes(Int64(1))
        let regular = RowConversion(makePlan([(.bigint, .identical), (.timestamp, .timestamp)]), nullLength: -1)
        #expect(
            try regular.convert(CopyStream.tuple([CopyStream.bytes(Int64(7)), micros])[...]).get().flooredCount == 1
        )
        let key = RowConversion(makePlan([(.timestamp, .timestamp)]), nullLength: -1)
        #expect(
            try key.convert(CopyStream.tuple([micros])[...])
                == .failure(Rejection(column: 0, reason: .microsecondsInKey))
        )
    }

    @Test func uncheckedTextMustBeUTF8() throws {
        #expect(try convert([0x61, 0xFF], .text, .text) == .failure(.invalidUTF8))
        #expect(try convert([0x61, 0xC3, 0xA9], .text, .text).get() == [0x61, 0xC3, 0xA9])
    }

    @Test func nullIsUnsetOrNull() throws {
        let plan = makePlan([(.bigint, .identical), (.int, .identical)])
        let tuple = CopyStream.tuple([CopyStream.bytes(Int64(1)), nil])
        #expect(
            try RowConversion(plan, nullLength: -2).convert(tuple[...]).get().values.suffix(4) == [255, 255, 255, 254]
        )
        #expect(
            try RowConversion(plan, nullLength: -1).convert(tuple[...]).get().values.suffix(4) == [255, 255, 255, 255]
        )
    }

    @Test func malformedTuplesAreDefectsNotRejections() {
        let conversion = RowConversion(makePlan([(.bigint, .identical)]), nullLength: -1)
        for tuple in [
            [], [0], [0, 2], [0, 1, 0, 0, 0, 9, 1], [0, 1, 0xFF, 0xFF, 0xFF, 0xFE], [0, 1, 0, 0, 0, 1, 5, 5],
        ] as [[UInt8]] {
            #expect(throws: WireError.self) { try conversion.convert(tuple[...]).get() }
        }
    }
}
