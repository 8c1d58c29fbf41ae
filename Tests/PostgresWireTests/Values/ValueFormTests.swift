import PostgresWire
import TestSupport
import Testing
import WireKit

/// Every built-in type at its limits, in both forms and both ways.
@Suite struct ValueFormTests {
    private func bytes(_ hexadecimal: String) throws -> [UInt8] {
        let digits = Array(hexadecimal)
        return try stride(from: 0, to: digits.count, by: 2).map {
            try #require(UInt8(String(digits[$0..<($0 + 2)]), radix: 16))
        }
    }

    private func type(_ oid: TypeOID) throws -> PostgresType { try #require(PostgresType.builtIn(oid)) }

    @Test(arguments: ValueForms.all.indices)
    func bothFormsAreReadAsTheSame(_ index: Int) throws {
        let (oid, text, hexadecimal) = ValueForms.all[index]
        let (type, binary) = (try type(oid), try bytes(hexadecimal))
        for value in [
            try PostgresValue.decode(Array(text.utf8)[...], as: type, format: .text),
            try PostgresValue.decode(binary[...], as: type, format: .binary),
        ] {
            #expect(try value.text(as: type) == text)
            #expect(try value.encoded(as: type, .binary) == binary)
        }
    }

    /// No proper beginning of a binary form is a value, except of types that are nothing but bytes.
    @Test(arguments: ValueForms.all.indices)
    func truncatedBinaryFormsAreErrors(_ index: Int) throws {
        let (oid, _, hexadecimal) = ValueForms.all[index]
        let texts: [TypeOID] = [.text, .varchar, .bpchar, .name, .json, .jsonb, .xml, .jsonpath, .bytea]
        guard !texts.contains(oid) else { return }
        let (type, binary) = (try type(oid), try bytes(hexadecimal))
        for count in 0..<binary.count {
            #expect(throws: WireError.self) { try PostgresValue.decode(binary[..<count], as: type, format: .binary) }
        }
        #expect(throws: WireError.self) { try PostgresValue.decode((binary + [0])[...], as: type, format: .binary) }
    }

    /// Nothing follows a value.
    @Test(arguments: ValueForms.all.indices)
    func textBehindAValueIsAnError(_ index: Int) throws {
        let (oid, text, _) = ValueForms.all[index]
        let texts: [TypeOID] = [.text, .varchar, .bpchar, .name, .json, .jsonb, .xml, .jsonpath]
        // One more character may be a value too, where the last one was of no need.
        guard !texts.contains(oid), !(oid == .char && text.isEmpty) else { return }
        #expect(throws: WireError.self) {
            try PostgresValue.decode(Array((text + "\u{1}").utf8)[...], as: try type(oid), format: .text)
        }
    }

    @Test(
        arguments: [
            (.bool, "x"), (.bool, "true"), (.int2, "32768"), (.int4, "+1"), (.int4, " 1"),
            (.int8, "9223372036854775808"),
            (.oid, "-1"), (.oid, "4294967296"), (.float8, "1e400"), (.float8, "1e-400"), (.float4, "1e39"),
            (.float4, "1e-50"), (.float8, "0x10"), (.float8, "nan"), (.float8, "."), (.float8, "1e"),
            (.numeric, "1e131072"),
            (.numeric, "1e-16384"), (.numeric, "."), (.numeric, "--1"), (.numeric, "1e"), (.money, "1.00"),
            (.money, "$1,2.00"), (.money, "$92,233,720,368,547,758.08"), (.money, "1.234,00 EUR"), (.bytea, "\\x0"),
            (.bytea, "\\9"), (.uuid, "a0eebc999c0b4ef8bb6d6bb9bd380a11"), (.varbit, "012"), (.date, "2000-02-30"),
            (.date, "2000-13-01"), (.date, "0000-01-01"), (.date, "4714-11-23 BC"), (.date, "5874898-01-01"),
            (.date, "20000101"), (.time, "24:00:00.000001"), (.time, "12:60:00"), (.time, "1:00:00"),
            (.timetz, "12:00:00"), (.timetz, "12:00:00+16"), (.timestamp, "2000-01-01"),
            (.timestamp, "294277-01-01 00:00:00"), (.timestamp, "4714-11-23 23:59:59 BC"),
            (.timestamptz, "2000-01-01 00:00:00"), (.inet, "1.2.3"), (.inet, "256.0.0.0"), (.inet, "1.2.3.4/33"),
            (.inet, "1::2::3"), (.inet, "1:2:3:4:5:6:7"), (.inet, "1:2:3:4:5:6:7:8:9"), (.inet, "12345::"),
            (.cidr, "10.0.0.1/8"), (.macaddr, "08:00:2b:01:02"), (.macaddr8, "08:00:2b:01:02:03:04"), (.pgLSN, "16"),
            (.tid, "(1,65536)"), (.tsvector, "'a':0"), (.tsvector, "'a':16384"), (.tsvector, "'a' "), (.tsvector, "a"),
            (.tsquery, "'a' &"), (.tsquery, "( 'a'"), (.tsquery, "'a' 'b'"), (.tsquery, "'a' <16385> 'b'"),
            (.point, "1,2"), (.line, "{0,0,1}"), (.circle, "<(1,2),-1>"), (.path, "((1,2)]"), (.polygon, "()"),
            (.int4Array, "{1,}"), (.int4Array, "{{1},{2,3}}"), (.int4Array, "{{1},2}"), (.int4Array, "{1,{2}}"),
            (.int4Array, "{{}}"), (.int4Array, "[1:2]={1}"), (.int4Array, "[2147483647:2147483647]={1}"),
            (.int4Array, "{{{{{{{1}}}}}}}"), (.int4Array, "[1:1]{1}"), (.textArray, "{\"a}"),
            (.boxArray, "{(1,1),(0,0),(2,2),(1,1)}"),
            (.int4range, "[1,2"), (.int4range, "[,2)"), (.int4range, "1,2"), (.int4multirange, "{[1,2)"),
            (.int4multirange, "{,}"), (.int2vector, "1  2"), (.int2vector, " 1"), (.record, "(a"),
        ] as [(TypeOID, String)]
    )
    func otherTextsAreErrors(_ oid: TypeOID, _ text: String) throws {
        #expect(throws: WireError.self) {
            try PostgresValue.decode(Array(text.utf8)[...], as: try type(oid), format: .text)
        }
    }

    @Test(
        arguments: [
            (.bool, "02"), (.date, "7ffffffe"), (.timestamp, "7ffffffffffffffe"), (.time, "ffffffffffffffff"),
            (.timetz, "00000000000000000000e100"), (.varbit, "ffffffff"),
            (.varbit, "0000000101"),
            (.numeric, "0001ffff000000010001"), (.numeric, "0001ffff000000032710"), (.cidr, "020801040a000001"),
            (.tsvector, "ffffffff"), (.tsvector, "0000000161000001" + "0000"), (.tsquery, "000000020100006100"),
            (.tsquery, "000000010300006100"), (.path, "0100000000"), (.path, "01ffffffff"), (.polygon, "7fffffff"),
            (.line, "0000000000000000" + "0000000000000000" + "3ff0000000000000"),
            (.circle, "0000000000000000" + "0000000000000000" + "bff0000000000000"), (.int4range, "0a0000000400000001"),
            (.int4range, "03"), (.int4range, "08ffffffff"), (.int4multirange, "7fffffff"),
            (.int4multirange, "00000001ffffffff"), (.record, "7fffffff"), (.jsonb, "027b7d"),
            (.int4Array, "00000001000000000000001700000001" + "7fffffff" + "0000000400000001"),
            (.int4Array, "00000001000000000000001400000001" + "00000001" + "0000000400000001"), (.text, "c3"),
        ] as [(TypeOID, String)]
    )
    func otherBytesAreErrors(_ oid: TypeOID, _ hexadecimal: String) throws {
        let (type, binary) = (try type(oid), try bytes(hexadecimal))
        #expect(throws: WireError.self) { try PostgresValue.decode(binary[...], as: type, format: .binary) }
    }

    /// Thousands of digits, and powers of ten far from 1.
    @Test func longNumericsKeepEveryDigit() throws {
        var random = SeededRandom(seed: 0x1016)
        let texts =
            (0..<200).map { round in
                let digits = (0..<(round * 20 + 1)).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
                return (round % 2 == 0 ? "-" : "") + "\(round % 9 + 1)\(digits)" + (round % 3 == 0 ? "" : ".\(digits)0")
            } + ["1" + String(repeating: "0", count: 1000), "0." + String(repeating: "0", count: 999) + "1"]
        for text in texts {
            let value = try PostgresNumeric(postgresText: text)
            #expect(value.postgresText == text)
            var writer = ByteWriter()
            value.encode(into: &writer)
            #expect(try PostgresNumeric.decode(writer.bytes[...], format: .binary) == value)
        }
        #expect(try PostgresNumeric(postgresText: "1e1000").postgresText == texts[200])
        #expect(try PostgresNumeric(postgresText: "1e-1000").postgresText == texts[201])
        #expect(try PostgresNumeric(postgresText: "1.50") != PostgresNumeric(postgresText: "1.5"))
    }

    @Test(arguments: [Int64.min, -10_000, -1, 0, 1, 9999, 10_000, 123_456_789, .max])
    func integersBecomeNumerics(_ value: Int64) {
        #expect(PostgresNumeric(value).postgresText == "\(value)")
    }

    @Test func everyDayIsReadAsWritten() throws {
        var random = SeededRandom(seed: 0xDA7)
        for _ in 0..<5000 {
            let date = PostgresDate(rawValue: Int32.random(in: -2_451_545...2_145_031_948, using: &random))
            #expect(try PostgresDate(postgresText: date.postgresText) == date)
            let microseconds = Int64.random(in: -211_813_488_000_000_000...9_223_371_331_199_999_999, using: &random)
            let timestamp = PostgresTimestamp(rawValue: microseconds)
            #expect(try PostgresTimestamp(postgresText: timestamp.postgresText) == timestamp)
        }
        let moment = try PostgresTimestampTZ(postgresText: "2000-01-01 05:30:00+05:30")
        #expect(moment.rawValue == 0)
    }

    @Test func floatsAreReadAsWritten() throws {
        var random = SeededRandom(seed: 0xF10A7)
        for _ in 0..<3000 {
            let double = Double(bitPattern: random.next())
            guard !double.isNaN else { continue }
            #expect(try Double(postgresText: double.postgresText).bitPattern == double.bitPattern)
            let float = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            guard !float.isNaN else { continue }
            #expect(try Float(postgresText: float.postgresText).bitPattern == float.bitPattern)
        }
    }
}
