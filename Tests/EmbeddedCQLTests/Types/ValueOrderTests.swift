import CQLWire
import Testing

@testable import EmbeddedCQL

@Suite struct ValueOrderTests {
    /// Constants in ascending order, each type's own.
    @Test(arguments: [
        (ColumnType.int, ["-2147483648", "-1", "0", "1", "2147483647"]),
        (.bigint, ["-9223372036854775808", "-1", "0", "9223372036854775807"]),
        (.tinyint, ["-128", "-1", "0", "127"]),
        (.varint, ["-256", "-129", "-128", "-1", "0", "127", "128", "255", "256", "100000000000000000000"]),
        (.decimal, ["-100", "-1.5", "-1.25", "-0.001", "0", "1e-400", "0.5", "1.25", "1.5", "99", "1e2", "101"]),
        (.text, ["''", "'A'", "'a'", "'aa'", "'b'", "'é'"]),
        (.blob, ["0x", "0x00", "0x0001", "0x7F", "0x80", "0xFF"]),
        (.boolean, ["false", "true"]),
        (.double, ["-Infinity", "-1.5", "-0.0", "0.0", "1.5", "Infinity", "NaN"]),
        (.float, ["-2.5", "0.0", "2.5", "NaN"]),
        (.date, ["'-1000-01-01'", "'1969-12-31'", "'1970-01-01'", "'2026-11-22'"]),
        (.timestamp, ["'1900-01-01'", "'1970-01-01'", "'2026-01-01'"]),
        (.time, ["'00:00:00'", "'12:00:00.000000001'", "'23:59:59'"]),
        (.inet, ["'1.2.3.4'", "'10.0.0.1'", "'200.0.0.1'"]),
        (.frozen(.list(.int)), ["[]", "[-1]", "[-1, 5]", "[0]", "[1]"]),
        (.frozen(.tuple([.int, .text])), ["(-1, 'z')", "(1, 'a')", "(1, 'b')"]),
        (
            .timeuuid,
            [
                "00000000-0000-1000-8000-000000000000", "ffffffff-0000-1000-8000-000000000000",
                "00000000-0001-1000-8000-000000000000", "00000000-0000-1001-8000-000000000000",
            ]
        ),
        (
            .uuid,
            [
                "ffffffff-0000-1000-8000-000000000000", "00000000-0001-1000-8000-000000000000",
                "00000000-0000-4000-8000-000000000000", "10000000-0000-4000-8000-000000000000",
            ]
        ),
    ])
    func sortsLikeTheServer(_ type: ColumnType, _ constants: [String]) throws {
        let values = try constants.map { try Self.value($0, type) }
        for (left, a) in values.enumerated() {
            for (right, b) in values.enumerated() {
                let expected: ValueOrder.Result = left < right ? .ascending : left == right ? .same : .descending
                let actual = ValueOrder.compare(type, a, a.indices, b, b.indices)
                #expect(actual == expected, "\(constants[left]) and \(constants[right])")
            }
        }
    }

    @Test func equalDecimalsOfDifferentScaleAreTheSame() throws {
        let a = try Self.value("1.50", .decimal)
        let b = try Self.value("1.5", .decimal)
        #expect(a != b)
        #expect(ValueOrder.compare(.decimal, a, a.indices, b, b.indices) == .same)
    }

    static func value(_ constant: String, _ type: ColumnType) throws -> [UInt8] {
        guard case .insert(let insert) = try Parser.parse("INSERT INTO t (a) VALUES (\(constant))").statement else {
            return []
        }
        return try #require(try LiteralEncoder.encode(insert.values[0], as: type, for: "a"))
    }
}
